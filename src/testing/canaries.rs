//! The log of the tests, read for secrets: what is announced as one may stand in no line that any test causes.
use std::{
    collections::BTreeSet,
    io,
    sync::{Arc, Mutex, MutexGuard, Once, PoisonError},
};

use tracing_subscriber::filter::LevelFilter;

use crate::telemetry;

static SECRETS: Mutex<BTreeSet<String>> = Mutex::new(BTreeSet::new());
static LEAKS: Mutex<Vec<String>> = Mutex::new(Vec::new());

fn locked<T>(shared: &Mutex<T>) -> MutexGuard<'_, T> {
    shared.lock().unwrap_or_else(PoisonError::into_inner)
}

/// From now on nobody may log `text`.
pub fn secret(text: impl Into<String>) {
    locked(&SECRETS).insert(text.into());
}

/// Fails the test that drops it if a secret was logged, by that test or by one beside it.
pub struct Listening(());

/// Logs everything that `KEPT_LOG=trace` does, once for all tests of the program, and reads along.
pub fn listen() -> Listening {
    static BEGIN: Once = Once::new();
    BEGIN.call_once(|| {
        let everything = telemetry::filter("trace").expect("a filter");
        let log = tracing_subscriber::fmt().with_env_filter(everything).with_ansi(false);
        log.with_writer(|| Reader).try_init().expect("no test set a log for all others");
    });
    Listening(())
}

impl Drop for Listening {
    fn drop(&mut self) {
        if !std::thread::panicking() {
            assert!(locked(&LEAKS).is_empty(), "a secret is in the log: {:#?}", locked(&LEAKS));
        }
    }
}

struct Reader;

impl io::Write for Reader {
    fn write(&mut self, line: &[u8]) -> io::Result<usize> {
        let text = String::from_utf8_lossy(line);
        if locked(&SECRETS).iter().any(|secret| text.contains(secret)) {
            locked(&LEAKS).push(text.into_owned());
        }
        Ok(line.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// What one test logs, for a test that looks for something in it.
#[derive(Clone, Default)]
pub struct Log(Arc<Mutex<Vec<u8>>>);

impl Log {
    /// Keeps everything that this thread logs until the guard is dropped.
    pub fn keep() -> (Self, tracing::subscriber::DefaultGuard) {
        let log = Self::default();
        let writer = log.clone();
        let subscriber = tracing_subscriber::fmt().with_max_level(LevelFilter::TRACE).with_ansi(false);
        let subscriber = subscriber.with_writer(move || writer.clone()).finish();
        (log, tracing::subscriber::set_default(subscriber))
    }

    pub fn text(&self) -> String {
        String::from_utf8_lossy(&locked(&self.0)).into_owned()
    }
}

impl io::Write for Log {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        locked(&self.0).extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
