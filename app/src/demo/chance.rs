//! Chance that can be repeated: `SplitMix64`, so that a seed means the same desk whatever library is updated.
use chrono::{DateTime, Utc};

/// A source of numbers that look random and follow from a seed.
#[derive(Clone, Debug)]
pub struct Chance(u64);

impl Chance {
    pub const fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// A source of its own for the `n`-th thing, so that one more throw for a thing changes no other.
    pub const fn fork(seed: u64, n: u64) -> Self {
        Self(seed ^ n.wrapping_add(1).wrapping_mul(0xD6E8_FEB8_6659_FD93))
    }

    pub const fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    /// From 0 to below 1.
    #[allow(clippy::cast_precision_loss)] // 53 bits fit exactly
    pub fn unit(&mut self) -> f64 {
        (self.next() >> 11) as f64 / (1_u64 << 53) as f64
    }

    /// Below `n`; 0 for 0.
    pub fn below(&mut self, n: usize) -> usize {
        // The high bits, by multiplication: without a bias that anybody could see at these sizes.
        usize::try_from((u128::from(self.next()) * n as u128) >> 64).unwrap_or_default()
    }

    pub fn between(&mut self, low: f64, high: f64) -> f64 {
        low + (high - low) * self.unit()
    }

    /// `true` in `percent` of 100 cases.
    pub fn in_hundred(&mut self, percent: f64) -> bool {
        self.unit() * 100.0 < percent
    }

    /// One of `all`, which must not be empty.
    pub fn pick<'a, T>(&mut self, all: &'a [T]) -> &'a T {
        &all[self.below(all.len())]
    }

    /// One index of `weights`, in proportion.
    pub fn weighed(&mut self, weights: &[f64]) -> usize {
        let mut at = self.unit() * weights.iter().sum::<f64>();
        for (index, weight) in weights.iter().enumerate() {
            at -= weight;
            if at < 0.0 {
                return index;
            }
        }
        weights.len().saturating_sub(1)
    }

    /// Around `median`, now and then much more: what waiting times look like.
    pub fn about(&mut self, median: f64, spread: f64) -> f64 {
        // Twelve throws added are close enough to a bell.
        let bell: f64 = (0..12).map(|_| self.unit()).sum::<f64>() - 6.0;
        median * (bell * spread).exp()
    }

    /// A `UUIDv7` of that time.
    pub fn id<T>(&mut self, at: DateTime<Utc>) -> crate::core::Id<T> {
        let millis = u64::try_from(at.timestamp_millis()).unwrap_or_default();
        let mut bytes = [0; 10];
        bytes[..8].copy_from_slice(&self.next().to_be_bytes());
        bytes[8..].copy_from_slice(&self.next().to_be_bytes()[..2]);
        crate::core::Id::from_uuid(uuid::Builder::from_unix_timestamp_millis(millis, &bytes).into_uuid())
    }
}

/// An id that follows from a name: for what is the same in every demo.
pub fn named<T>(name: &str) -> crate::core::Id<T> {
    let mut chance = Chance::new(
        name.bytes().fold(0xCBF2_9CE4_8422_2325, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01B3)),
    );
    let bytes = (u128::from(chance.next()) << 64) | u128::from(chance.next());
    crate::core::Id::from_uuid(uuid::Builder::from_custom_bytes(bytes.to_be_bytes()).into_uuid())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_seed_throws_the_same_and_another_does_not() {
        let throws = |seed| {
            (0..5)
                .map({
                    let mut c = Chance::new(seed);
                    move |_| c.next()
                })
                .collect::<Vec<_>>()
        };
        assert_eq!(throws(1), throws(1));
        assert_ne!(throws(1), throws(2));
    }

    #[test]
    fn half_of_all_waiting_times_are_below_the_median() {
        let mut chance = Chance::new(7);
        let below = (0..10_000).filter(|_| chance.about(60.0, 0.8) < 60.0).count();
        assert!((4_800..5_200).contains(&below), "{below}");
    }
}
