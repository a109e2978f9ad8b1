//! On which holds a promise stands still.
use leptos::prelude::*;

use crate::{
    sla::{model::Metric, views::Sheet},
    tickets::model::HoldReason,
    ui::Check,
};

/// One line for each promise that may stand still.
#[component]
pub fn Pauses(sheet: Sheet) -> impl IntoView {
    let lines = Metric::ALL
        .into_iter()
        .filter(|metric| metric.may_pause())
        .map(|metric| {
            let boxes = HoldReason::ALL
                .into_iter()
                .map(|hold| {
                    let name = format!("pauses.{metric}.{}", hold.as_str());
                    let checked = !sheet.value(&name).is_empty();
                    let label = match hold {
                        HoldReason::Customer => "the customer",
                        HoldReason::ThirdParty => "somebody else",
                    };
                    view! { <Check name=name label=label checked=Signal::stored(checked)/> }
                })
                .collect_view();
            view! {
                <li class="flow">
                    <span class="medium" aria-hidden="true">{metric.label()}</span>
                    <fieldset class="flow">
                        <legend class="label">
                            <span class="vh">{metric.label()} ": "</span>
                            "Stands still while we wait for"
                        </legend>
                        {boxes}
                    </fieldset>
                </li>
            }
        })
        .collect_view();
    view! {
        <input type="hidden" name="pauses" value="shown"/>
        <details>
            <summary>"When a promise stands still"</summary>
            <p class="small muted">"Replies never do: they run only while a customer waits for one."</p>
            <ol>{lines}</ol>
        </details>
    }
}
