//! Files of a form: chosen, dropped anywhere on the page, or pasted. Each is sent at once, with a bar and a way
//! to take it back, and waits under the form's token. A form that is sent meanwhile goes when they have arrived.
//!
//! Without JavaScript files go with the form; those that arrived with a refused one are listed.
mod field;
#[cfg(feature = "hydrate")]
mod send;

use leptos::{ev, html, prelude::*, task::spawn_local};

use crate::{
    conversations::{api::remove_upload, model::Attachment},
    core::id::AttachmentId,
};

pub use field::{Attach, FileDrop, UploadRow, UploadRows, UploadsField};

/// How far a file is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum UploadState {
    /// On its way, in percent.
    Sending(u8),
    /// Received.
    Ready,
    /// Refused, and why.
    Failed(String),
}

/// The files of one form; copy it freely.
#[derive(Clone, Copy)]
pub struct Uploads {
    /// Under which they wait on the server.
    token: RwSignal<String>,
    rows: RwSignal<Vec<Row>>,
    /// Why the last ones chosen were left out.
    refusal: RwSignal<Option<String>>,
    /// Something is being dragged over the page.
    over: RwSignal<bool>,
    input: NodeRef<html::Input>,
    /// The form also works without JavaScript.
    plain: bool,
    /// Those that went along with the form, until it is known whether it was taken.
    sent: StoredValue<Vec<usize>>,
    #[cfg_attr(not(feature = "hydrate"), allow(dead_code))] // only browsers add to the list
    next: StoredValue<usize>,
}

#[derive(Clone)]
struct Row {
    key: usize,
    name: String,
    size: u64,
    picture: bool,
    /// Once the server has it.
    id: RwSignal<Option<AttachmentId>>,
    state: RwSignal<UploadState>,
    #[cfg(feature = "hydrate")]
    line: StoredValue<Option<send::Line>, LocalStorage>,
}

impl Row {
    fn is_under_way(&self) -> bool {
        self.state.with(|state| matches!(state, UploadState::Sending(_)))
    }
}

impl Uploads {
    /// Those of a plain form of the server's, under whose `token` `files` wait already.
    pub fn of_form(token: String, files: Vec<Attachment>) -> Self {
        let rows = files.into_iter().enumerate().map(|(key, file)| Row {
            key,
            picture: file.content_type.starts_with("image/"),
            size: file.size.unsigned_abs(),
            name: file.name,
            id: RwSignal::new(Some(file.id)),
            state: RwSignal::new(UploadState::Ready),
            #[cfg(feature = "hydrate")]
            line: StoredValue::new_local(None),
        });
        Self::new(token, rows.collect(), true)
    }

    /// Those of a form that takes files in the browser alone; the first of them makes its token.
    pub fn in_browser() -> Self {
        Self::new(String::new(), Vec::new(), false)
    }

    fn new(token: String, rows: Vec<Row>, plain: bool) -> Self {
        Self {
            token: RwSignal::new(token),
            next: StoredValue::new(rows.len()),
            rows: RwSignal::new(rows),
            refusal: RwSignal::new(None),
            over: RwSignal::new(false),
            input: NodeRef::new(),
            plain,
            sent: StoredValue::new(Vec::new()),
        }
    }

    /// For the form's hidden field `uploads`.
    pub fn token(self) -> Signal<String> {
        self.token.into()
    }

    /// Why the last ones chosen were left out.
    pub fn refusal(self) -> Signal<Option<String>> {
        self.refusal.into()
    }

    /// Whether something is being dragged over the page.
    pub fn over(self) -> Signal<bool> {
        self.over.into()
    }

    fn under_way(self) -> bool {
        self.rows.with(|rows| rows.iter().any(Row::is_under_way))
    }

    fn some_failed(self) -> bool {
        let failed = |row: &Row| row.state.with_untracked(|state| matches!(state, UploadState::Failed(_)));
        self.rows.with_untracked(|rows| rows.iter().any(failed))
    }

    /// Lets `form` wait for files that are on their way. It is sent by itself when they have arrived; but not if
    /// one has failed: then the person decides.
    pub fn hold(self, form: NodeRef<html::Form>) -> Hold {
        let waits = RwSignal::new(false);
        Effect::new(move |_| {
            if !waits.get() || self.under_way() {
                return;
            }
            waits.set(false);
            if !self.some_failed()
                && let Some(form) = form.get_untracked()
            {
                // A form that cannot send itself is still there to be sent by hand.
                let _ = form.request_submit();
            }
        });
        Hold { uploads: self, waits }
    }

    /// The form is on its way with what is listed now.
    pub fn note_sent(self) {
        self.sent.set_value(self.rows.with_untracked(|rows| rows.iter().map(|row| row.key).collect()));
    }

    /// The form was taken, and the files with it. What came since belongs to the next one.
    pub fn forget_sent(self) {
        let sent = self.sent.try_update_value(std::mem::take).unwrap_or_default();
        self.rows.update(|rows| rows.retain(|row| !sent.contains(&row.key)));
        self.refusal.set(None);
        if self.rows.with_untracked(Vec::is_empty) {
            self.token.set(String::new());
        }
    }

    fn row(self, key: usize) -> Option<Row> {
        self.rows.try_with_untracked(|rows| rows.iter().find(|row| row.key == key).cloned()).flatten()
    }

    fn drop_row(self, key: usize) {
        let _ = self.rows.try_update(|rows| rows.retain(|row| row.key != key));
    }

    /// Takes a file back, also while it is on its way.
    fn remove(self, key: usize) {
        let Some(row) = self.row(key) else { return };
        self.refusal.set(None);
        // The button is about to go: who works by keyboard goes on from the field.
        if let Some(input) = self.input.get_untracked() {
            // Nothing to do where it cannot take the focus.
            let _ = input.focus();
        }
        let Some(id) = row.id.get_untracked() else {
            self.drop_row(key);
            #[cfg(feature = "hydrate")]
            row.line.with_value(|line| line.iter().for_each(send::Line::stop));
            return;
        };
        let token = self.token.get_untracked();
        spawn_local(async move {
            match remove_upload(token, id).await {
                Ok(()) => self.drop_row(key),
                Err(error) => drop(row.state.try_set(UploadState::Failed(error.to_string()))),
            }
        });
    }
}

/// What keeps a form from being sent without its files; copy it freely.
#[derive(Clone, Copy)]
pub struct Hold {
    uploads: Uploads,
    waits: RwSignal<bool>,
}

impl Hold {
    /// For the form's `submit`. `true`: not now, it will be sent by itself.
    pub fn back(self, event: &ev::SubmitEvent) -> bool {
        let wait = untrack(|| self.uploads.under_way());
        if wait {
            event.prevent_default();
            self.waits.set(true);
        }
        wait
    }

    /// Whether the form waits.
    pub fn waits(self) -> bool {
        self.waits.get()
    }
}

#[cfg(feature = "hydrate")]
impl Uploads {
    /// Sends files on their way; those that cannot come along are named.
    fn take(self, files: Vec<web_sys::File>) {
        let mut refused = Vec::new();
        for file in files {
            let there = self.rows.with_untracked(Vec::len);
            let size = file.size() as u64;
            match refusal(&file.name(), size, there) {
                Some(why) => refused.push(why),
                None => self.begin(&file, size),
            }
        }
        refused.dedup();
        self.refusal.set(Some(refused.join(" ")).filter(|said| !said.is_empty()));
    }

    fn begin(self, file: &web_sys::File, size: u64) {
        if self.token.with_untracked(String::is_empty) {
            self.token.set(send::random_token());
        }
        let (key, token) = (self.next.get_value(), self.token.get_untracked());
        self.next.set_value(key + 1);
        let row = Row {
            key,
            name: file.name(),
            size,
            picture: file.type_().starts_with("image/"),
            id: RwSignal::new(None),
            state: RwSignal::new(UploadState::Sending(0)),
            line: StoredValue::new_local(None),
        };
        let (state, line) = (row.state, row.line);
        self.rows.update(|rows| rows.push(row));
        let progress = move |percent| drop(state.try_set(UploadState::Sending(percent)));
        let sending = send::send(file, &token.clone(), progress, move |outcome| self.arrived(key, token, outcome));
        line.set_value(sending);
    }

    /// What became of a file on its way.
    fn arrived(self, key: usize, token: String, outcome: Result<Attachment, String>) {
        match (self.row(key), outcome) {
            (Some(row), Ok(file)) => {
                let _ = row.id.try_set(Some(file.id));
                let _ = row.state.try_set(UploadState::Ready);
            }
            (Some(row), Err(why)) => drop(row.state.try_set(UploadState::Failed(why))),
            // Taken back when it could no longer be stopped.
            (None, Ok(file)) => spawn_local(async move {
                // What cannot be removed now waits for a form that may never come, for a day at most.
                let _ = remove_upload(token, file.id).await;
            }),
            (None, Err(_)) => {}
        }
    }
}

/// Why a file of `size` bytes cannot join the `there` that are listed. The server decides again; this spares the
/// person the wait.
#[cfg(any(feature = "hydrate", test))]
fn refusal(name: &str, size: u64, there: usize) -> Option<String> {
    use crate::conversations::model::{MAX_FILE, MAX_FILES};
    if size > MAX_FILE {
        Some(format!("{name} is larger than 25 MB, so it was left out."))
    } else if there >= MAX_FILES {
        Some(format!("At most {MAX_FILES} files fit. Remove some and add the rest later."))
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::refusal;

    #[test]
    fn a_file_that_is_too_large_is_named_and_one_that_just_fits_is_taken() {
        assert_eq!(refusal("film.mp4", 25 * 1024 * 1024, 0), None);
        let said = refusal("film.mp4", 25 * 1024 * 1024 + 1, 0);
        assert_eq!(said.as_deref(), Some("film.mp4 is larger than 25 MB, so it was left out."));
    }

    #[test]
    fn an_eleventh_file_is_refused() {
        assert_eq!(refusal("a.txt", 1, 9), None);
        assert!(refusal("a.txt", 1, 10).is_some_and(|said| said.starts_with("At most 10 files")));
    }
}
