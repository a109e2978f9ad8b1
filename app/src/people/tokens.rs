//! Mailed links: 256 random bits, kept as a hash, good once, for an hour or days, for one purpose.
use chrono::Duration;
use serde::{Deserialize, Serialize};

use super::{
    limits::{Limits, knocker},
    model::{TokenPurpose, TokenView},
    store,
};
use crate::core::{App, ClientIp, Error, Tx, id::UserId, secret};

impl TokenPurpose {
    /// How long its link opens something.
    pub const fn lifetime(self) -> Duration {
        match self {
            Self::PasswordReset | Self::EmailChange => Duration::hours(1),
            Self::Registration => Duration::hours(24),
            Self::Invitation => Duration::days(7),
        }
    }
}

/// Who a link was mailed to, beyond the account it is for.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Addressee {
    pub name: String,
    pub email: String,
}

/// A link that was followed.
pub struct Followed {
    pub purpose: TokenPurpose,
    pub user: Option<UserId>,
    pub addressee: Addressee,
}

impl TryFrom<store::tokens::Row> for Followed {
    type Error = Error;

    fn try_from(row: store::tokens::Row) -> Result<Self, Error> {
        let addressee = serde_json::from_value(row.payload).map_err(Error::internal)?;
        Ok(Self { purpose: row.purpose, user: row.user, addressee })
    }
}

/// Makes a token; what it returns goes into the mail and nowhere else.
pub(super) async fn issue(
    tx: &mut Tx,
    purpose: TokenPurpose,
    user: Option<UserId>,
    addressee: &Addressee,
) -> Result<String, Error> {
    let token = secret::random_token();
    let payload = serde_json::to_value(addressee).map_err(Error::internal)?;
    let row = store::tokens::Row { purpose, user, payload };
    let now = tx.now;
    store::tokens::insert(tx, &secret::digest(&token), &row, now, now + purpose.lifetime()).await?;
    Ok(token)
}

/// Whom `token` was mailed to, if it still opens something. Following a link uses nothing up.
///
/// # Errors
/// [`Error::NotFound`] for a token that is unknown, used or too old: which, nobody learns.
pub async fn look(app: &App, token: &str, ip: ClientIp) -> Result<TokenView, Error> {
    app.room::<Limits>().token.knock(&knocker(ip))?;
    let mut db = app.db.acquire().await?;
    let row = store::tokens::look(&mut db, &secret::digest(token), app.now()).await?.ok_or(Error::NotFound)?;
    let followed = Followed::try_from(row)?;
    let email = match followed.user {
        Some(user) if followed.purpose != TokenPurpose::EmailChange => {
            store::users::credentials(&mut db, user).await?.ok_or(Error::NotFound)?.email
        }
        _ => followed.addressee.email,
    };
    Ok(TokenView { purpose: followed.purpose, email })
}

/// Uses `token` up, if it is for one of `purposes`.
pub(super) async fn redeem(tx: &mut Tx, token: &str, purposes: &[TokenPurpose]) -> Result<Followed, Error> {
    let now = tx.now;
    let row = store::tokens::take(tx, &secret::digest(token), purposes, now).await?;
    row.ok_or(Error::NotFound)?.try_into()
}
