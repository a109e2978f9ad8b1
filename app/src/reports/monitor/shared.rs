//! One answer for all who ask the same at once: an event makes every open page ask within the same moment.
use std::sync::atomic::{AtomicU64, Ordering};

use tokio::sync::Mutex;

use crate::core::Error;

/// What somebody worked out last, and for whom that was soon enough: whoever asked before the work began. So nobody is
/// given what was true before they asked; and however many ask while one works, the work is done once more for all of them.
pub struct Shared<T> {
    asked: AtomicU64,
    last: Mutex<Option<Answer<T>>>,
}

struct Answer<T> {
    /// So many had asked when the work began.
    for_first: u64,
    value: T,
}

impl<T> Default for Shared<T> {
    fn default() -> Self {
        Self { asked: AtomicU64::new(0), last: Mutex::new(None) }
    }
}

impl<T: Clone> Shared<T> {
    /// What `work` gives, or what the same work of somebody else gave that began after this call.
    ///
    /// # Errors
    /// Those of `work`; they are not shared.
    pub async fn get(&self, work: impl Future<Output = Result<T, Error>>) -> Result<T, Error> {
        let before = self.asked.fetch_add(1, Ordering::SeqCst);
        let mut last = self.last.lock().await;
        if let Some(answer) = last.as_ref().filter(|answer| before < answer.for_first) {
            return Ok(answer.value.clone());
        }
        let for_first = self.asked.load(Ordering::SeqCst);
        let value = work.await?;
        *last = Some(Answer { for_first, value: value.clone() });
        Ok(value)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use tokio::{sync::Semaphore, task::yield_now};

    use super::*;

    /// Work that waits for leave and then counts itself.
    struct Works {
        shared: Shared<u64>,
        begun: AtomicU64,
        leave: Semaphore,
    }

    impl Works {
        async fn ask(self: Arc<Self>) -> Result<u64, Error> {
            let work = async {
                let nth = self.begun.fetch_add(1, Ordering::SeqCst) + 1;
                self.leave.acquire().await.map_err(|_| Error::Unavailable)?.forget();
                Ok(nth)
            };
            self.shared.get(work).await
        }

        async fn until(&self, asked: u64, begun: u64) {
            while self.shared.asked.load(Ordering::SeqCst) < asked || self.begun.load(Ordering::SeqCst) < begun {
                yield_now().await;
            }
        }
    }

    #[tokio::test]
    async fn those_who_ask_while_one_works_share_the_next_answer_and_none_that_began_before_they_asked() {
        let works = Arc::new(Works { shared: Shared::default(), begun: AtomicU64::new(0), leave: Semaphore::new(0) });
        let first = tokio::spawn(works.clone().ask());
        works.until(1, 1).await;
        let others: Vec<_> = (0..5).map(|_| tokio::spawn(works.clone().ask())).collect();
        works.until(6, 1).await;
        works.leave.add_permits(2);
        assert_eq!(first.await.expect("done"), Ok(1));
        for other in others {
            assert_eq!(other.await.expect("done"), Ok(2), "it began after all five had asked");
        }
        works.leave.add_permits(1);
        assert_eq!(works.ask().await, Ok(3), "whoever asks later is told anew");
    }

    #[tokio::test]
    async fn what_failed_is_tried_again_by_the_next() {
        let shared = Shared::default();
        assert_eq!(shared.get(async { Err(Error::Unavailable) }).await, Err::<u8, _>(Error::Unavailable));
        assert_eq!(shared.get(async { Ok(1) }).await, Ok(1));
    }
}
