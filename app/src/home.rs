//! The front door: whoever comes to the bare address. Who is signed in finds the way to the own start page.
use leptos::prelude::*;
use leptos_meta::Title;

use crate::{
    frame::use_who,
    ui::{Button, ButtonKind, Door, Glyph, LinkButton, screen::Screen},
};

/// `/`
pub struct HomePage;

impl Screen for HomePage {
    fn data() -> Self {
        Self
    }

    fn view(_this: Self) -> AnyView {
        let who = use_who();
        let sub = match &who {
            Some(who) => format!("You are signed in as {}.", who.name),
            None => "A service desk that keeps its promises.".to_owned(),
        };
        let door = match who {
            Some(who) => view! {
                <LinkButton href=who.role.home().to_owned() kind=ButtonKind::Primary block=true>
                    "Go to your start page"
                </LinkButton>
                <form method="post" action="/logout">
                    <Button submit=true block=true icon=Glyph::LogOut>
                        "Sign out"
                    </Button>
                </form>
            }
            .into_any(),
            None => view! {
                <LinkButton href="/submit".to_owned() kind=ButtonKind::Primary block=true>
                    "Ask for help"
                </LinkButton>
                <LinkButton href="/login".to_owned() block=true>"Sign in"</LinkButton>
            }
            .into_any(),
        };
        view! {
            <Title text="Welcome"/>
            <Door title="Welcome" sub=sub>
                <div class="login-form mt">{door}</div>
            </Door>
        }
        .into_any()
    }
}
