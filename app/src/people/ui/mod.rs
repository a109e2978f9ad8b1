//! The account pages.
pub mod confirm;
pub mod forgot;
pub mod login;
mod parts;
pub mod password;
pub mod profile;
pub mod register;
pub mod sessions;
pub mod setup;
pub mod user;
pub mod user_new;
pub mod users;

pub use confirm::ConfirmEmailPage;
pub use forgot::ForgotPage;
pub use login::LoginPage;
pub use password::ChoosePasswordPage;
pub use profile::ProfilePage;
pub use register::RegisterPage;
pub use sessions::SessionsPage;
pub use setup::SetupPage;
pub use user::UserPage;
pub use user_new::NewUserPage;
pub use users::UsersPage;
