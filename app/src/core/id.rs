//! Typed ids: one generic wrapper over `UUIDv7`, so that a team's id cannot be given where a
//! ticket's is wanted. `UUIDv7` sorts by creation time, which keeps indexes dense.
use std::{
    cmp::Ordering,
    fmt,
    hash::{Hash, Hasher},
    marker::PhantomData,
    str::FromStr,
};

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use uuid::Uuid;

/// A new id for what has no type of its own, such as a request.
#[allow(clippy::disallowed_methods)] // the one place that makes ids
pub fn fresh() -> Uuid {
    Uuid::now_v7()
}

/// The id of a `T`.
pub struct Id<T>(Uuid, PhantomData<fn() -> T>);

/// What an [`Id`] can be of. Never built: they are names for the type checker.
pub mod of {
    pub enum User {}
    pub enum Team {}
    pub enum Organisation {}
    pub enum Ticket {}
    pub enum Message {}
    pub enum Attachment {}
    pub enum Category {}
    pub enum Rule {}
    pub enum Policy {}
    pub enum Calendar {}
    pub enum Notification {}
    pub enum Delivery {}
    pub enum Rating {}
    pub enum Escalation {}
}

pub type UserId = Id<of::User>;
pub type TeamId = Id<of::Team>;
pub type OrganisationId = Id<of::Organisation>;
pub type TicketId = Id<of::Ticket>;
pub type MessageId = Id<of::Message>;
pub type AttachmentId = Id<of::Attachment>;
pub type CategoryId = Id<of::Category>;
pub type RuleId = Id<of::Rule>;
pub type PolicyId = Id<of::Policy>;
pub type CalendarId = Id<of::Calendar>;
pub type NotificationId = Id<of::Notification>;
pub type DeliveryId = Id<of::Delivery>;
pub type RatingId = Id<of::Rating>;
pub type EscalationId = Id<of::Escalation>;

impl<T> Id<T> {
    /// A new id, later than every one made before on this machine.
    #[cfg(feature = "ssr")]
    #[allow(clippy::new_without_default)] // an id has no default: each is new
    pub fn new() -> Self {
        Self(fresh(), PhantomData)
    }

    /// The earliest id that can have been made at an instant, to the millisecond (RFC 9562, 5.7).
    #[cfg(feature = "ssr")]
    pub fn first_at(at: chrono::DateTime<chrono::Utc>) -> Self {
        let millis = u64::try_from(at.timestamp_millis()).unwrap_or_default();
        Self(uuid::Builder::from_unix_timestamp_millis(millis, &[0; 10]).into_uuid(), PhantomData)
    }

    pub const fn from_uuid(uuid: Uuid) -> Self {
        Self(uuid, PhantomData)
    }

    pub const fn uuid(self) -> Uuid {
        self.0
    }
}

impl<T> Clone for Id<T> {
    fn clone(&self) -> Self {
        *self
    }
}
impl<T> Copy for Id<T> {}
impl<T> PartialEq for Id<T> {
    fn eq(&self, other: &Self) -> bool {
        self.0 == other.0
    }
}
impl<T> Eq for Id<T> {}
impl<T> PartialOrd for Id<T> {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}
impl<T> Ord for Id<T> {
    fn cmp(&self, other: &Self) -> Ordering {
        self.0.cmp(&other.0)
    }
}
impl<T> Hash for Id<T> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.0.hash(state);
    }
}
impl<T> fmt::Debug for Id<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}
impl<T> fmt::Display for Id<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}
impl<T> FromStr for Id<T> {
    type Err = uuid::Error;
    fn from_str(s: &str) -> Result<Self, Self::Err> {
        s.parse().map(Self::from_uuid)
    }
}
impl<T> From<Id<T>> for Uuid {
    fn from(id: Id<T>) -> Self {
        id.0
    }
}
impl<T> From<Uuid> for Id<T> {
    fn from(uuid: Uuid) -> Self {
        Self::from_uuid(uuid)
    }
}
impl<T> Serialize for Id<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.0.serialize(serializer)
    }
}
impl<'de, T> Deserialize<'de> for Id<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Uuid::deserialize(deserializer).map(Self::from_uuid)
    }
}

/// Ids travel to and from Postgres as plain `uuid`.
#[cfg(feature = "ssr")]
mod sql {
    use sqlx::{
        Decode, Encode, Postgres, Type,
        encode::IsNull,
        error::BoxDynError,
        postgres::{PgArgumentBuffer, PgHasArrayType, PgTypeInfo, PgValueRef},
    };
    use uuid::Uuid;

    use super::Id;

    impl<T> Type<Postgres> for Id<T> {
        fn type_info() -> PgTypeInfo {
            <Uuid as Type<Postgres>>::type_info()
        }
    }
    impl<T> PgHasArrayType for Id<T> {
        fn array_type_info() -> PgTypeInfo {
            <Uuid as PgHasArrayType>::array_type_info()
        }
    }
    impl<T> Encode<'_, Postgres> for Id<T> {
        fn encode_by_ref(&self, buf: &mut PgArgumentBuffer) -> Result<IsNull, BoxDynError> {
            <Uuid as Encode<Postgres>>::encode_by_ref(&self.0, buf)
        }
    }
    impl<T> Decode<'_, Postgres> for Id<T> {
        fn decode(value: PgValueRef<'_>) -> Result<Self, BoxDynError> {
            <Uuid as Decode<Postgres>>::decode(value).map(Self::from_uuid)
        }
    }
}
