//! `/system/settings`.
use leptos::prelude::*;
use leptos_meta::Title;

use super::{
    api::{self, SaveSettings},
    model::{Settings, SettingsForm},
};
use crate::{
    core::{Permission, resource::resource},
    frame::{Answer, StaffFrame},
    reports::ui::parts::{Said, loaded},
    teams::api::active_teams,
    tickets::model::TeamRef,
    ui::{Button, ButtonKind, Check, Choice, Page, SectionHead, SelectField, TextField, screen::Screen},
};

/// The page and what it loads before its code is there.
pub struct SettingsPage {
    settings: Answer<(Settings, Vec<TeamRef>)>,
    save: ServerAction<SaveSettings>,
}

impl Screen for SettingsPage {
    fn data() -> Self {
        let settings = resource(|| (), |()| async { Ok((api::read_settings().await?, active_teams().await?)) });
        Self { settings, save: ServerAction::new() }
    }

    fn view(this: Self) -> AnyView {
        let (settings, save) = (this.settings, this.save);
        view! {
            <Title text="Settings"/>
            <StaffFrame permission=Permission::ManageSettings>
                <Page title="Settings" sub="In force on every server within a second of saving">
                    {loaded(settings, "the settings", move |(settings, teams)| form(&settings, teams, save))}
                </Page>
            </StaffFrame>
        }
        .into_any()
    }
}

fn form(settings: &Settings, teams: Vec<TeamRef>, save: ServerAction<SaveSettings>) -> AnyView {
    let registration = settings.self_registration;
    let now = SettingsForm::from(settings);
    let said = Said::new(move || save.value().get());
    let value = Signal::<String>::stored;
    let mut choices = vec![Choice::new("", "The oldest active team")];
    choices.extend(teams.into_iter().map(|team| Choice::new(team.id.to_string(), team.name)));
    view! {
        <ActionForm action=save attr:class="form form-narrow" attr:novalidate="">
            {said.whole("Saved.")}
            <SectionHead title="The desk"/>
            <TextField name="form[organisation_name]" id="organisation_name" label="Organisation"
                help="As customers read it on pages and in mails" autocomplete="organization"
                value=value(now.organisation_name) error=said.at("organisation_name")/>
            <TextField name="form[contact_email]" id="contact_email" label="Contact address" kind="email" optional=true
                help="Where customers write to when all else fails"
                value=value(now.contact_email) error=said.at("contact_email")/>
            <SelectField name="form[default_team]" id="default_team" label="Team for everything else" options=choices
                help="Gets the tickets that no routing rule gives to another"
                value=value(now.default_team) error=said.at("default_team")/>
            <SectionHead title="Limits"/>
            <TextField name="form[spam_limit_per_minute]" id="spam_limit_per_minute" label="Tickets a minute from one address"
                help="More are refused for a minute; nothing typed is lost" kind="number"
                value=value(now.spam_limit_per_minute) error=said.at("spam_limit_per_minute")/>
            <TextField name="form[close_after_days]" id="close_after_days" label="Days until a resolved ticket closes"
                help="Until then a customer’s answer reopens it" kind="number"
                value=value(now.close_after_days) error=said.at("close_after_days")/>
            <SectionHead title="Promises"/>
            <TextField name="form[attainment_target]" id="attainment_target" label="Target, percent of promises kept"
                help="The mark in every chart"
                value=value(now.attainment_target) error=said.at("attainment_target")/>
            <SectionHead title="Accounts"/>
            <Check name="form[self_registration]" label="Customers may open an account by themselves" checked=registration/>
            <div class="form-actions">
                <Button kind=ButtonKind::Primary submit=true busy=Signal::derive(move || save.pending().get())>"Save"</Button>
            </div>
        </ActionForm>
    }
    .into_any()
}
