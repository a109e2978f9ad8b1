//! Axes: round numbers, few of them.

/// A vertical axis.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Axis {
    /// The lowest value shown.
    pub low: f64,
    /// The highest.
    pub high: f64,
    /// Between two lines of the grid.
    pub step: f64,
}

impl Axis {
    /// A calm axis around the values; from zero where bars or areas are drawn.
    #[must_use]
    pub fn around(values: impl Iterator<Item = f64> + Clone, from_zero: bool, whole: bool) -> Self {
        let low = values.clone().fold(f64::MAX, f64::min);
        let high = values.fold(f64::MIN, f64::max);
        let (low, high) = if low > high { (0.0, 1.0) } else { (low, high) };
        let low = if from_zero { low.min(0.0) } else { low };
        let span = if (high - low).abs() < f64::EPSILON { high.abs().max(1.0) } else { high - low };
        let mut step = nice(span / 4.0);
        if whole {
            step = step.max(1.0);
        }
        let floor = (low / step).floor() * step;
        let mut top = (high / step).ceil() * step;
        if top <= floor {
            top = floor + step;
        }
        Self { low: floor, high: top, step }
    }

    /// The values at the lines of the grid.
    pub fn ticks(self) -> impl Iterator<Item = f64> {
        #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a handful of ticks")]
        let count = ((self.high - self.low) / self.step).round().clamp(1.0, 20.0) as u32;
        (0..=count).map(move |i| self.step.mul_add(f64::from(i), self.low))
    }

    /// Where a value stands between `floor` (the lowest) and `top`.
    #[must_use]
    pub fn y(self, value: f64, floor: f64, top: f64) -> f64 {
        floor - (value - self.low) / (self.high - self.low) * (floor - top)
    }

    /// Decimals that tell two ticks apart.
    #[must_use]
    pub fn places(self) -> usize {
        if self.step >= 1.0 {
            0
        } else if self.step >= 0.1 {
            1
        } else {
            2
        }
    }
}

/// The next of 1, 2, 2.5, 5, 10 times a power of ten.
fn nice(step: f64) -> f64 {
    let power = 10_f64.powf(step.log10().floor());
    let lead = step / power;
    let round = [1.0, 2.0, 2.5, 5.0].into_iter().find(|nice| lead <= nice + 1e-9).unwrap_or(10.0);
    round * power
}

/// Which of `n` labels to write so that about `wanted` remain, the last one always.
#[must_use]
pub fn every(n: usize, wanted: usize) -> usize {
    n.saturating_sub(1).div_ceil(wanted.max(2) - 1).max(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_axis_has_round_steps_and_holds_its_values() {
        let axis = Axis::around([90.8, 97.3].into_iter(), false, false);
        assert!(axis.low <= 90.8 && axis.high >= 97.3);
        assert!((3..=7).contains(&axis.ticks().count()), "{axis:?}");
        let counts = Axis::around([0.0, 3.0].into_iter(), true, true);
        assert!((counts.step - 1.0).abs() < f64::EPSILON);
    }

    #[test]
    fn an_axis_without_values_is_still_an_axis() {
        assert!(Axis::around([].into_iter(), true, true).high > 0.0);
        assert!(Axis::around([5.0, 5.0].into_iter(), false, false).ticks().count() > 1);
    }

    #[test]
    fn labels_do_not_crowd() {
        assert_eq!(every(13, 7), 2);
        assert_eq!(every(90, 7), 15);
        assert_eq!(every(1, 7), 1);
    }
}
