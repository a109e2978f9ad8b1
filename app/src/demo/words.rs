//! What customers and agents of Larkfield write. `{…}` is filled in anew for each ticket, see [`Slots`].
use super::chance::Chance;

/// Something people ask about: what they write, what the agent asks back, and what solves it.
pub struct Topic {
    pub subject: &'static str,
    pub body: &'static str,
    pub question: &'static str,
    pub answer: &'static str,
    pub solution: &'static str,
    /// How often it comes up, relative to the others of its category.
    pub share: f64,
    /// It is about firmware 4.2.
    pub firmware: bool,
}

const fn topic(
    share: f64,
    subject: &'static str,
    body: &'static str,
    question: &'static str,
    answer: &'static str,
    solution: &'static str,
) -> Topic {
    Topic { subject, body, question, answer, solution, share, firmware: false }
}

const fn firmware(
    subject: &'static str,
    body: &'static str,
    question: &'static str,
    answer: &'static str,
    solution: &'static str,
) -> Topic {
    Topic { subject, body, question, answer, solution, share: 0.5, firmware: true }
}

/// By category, in the order of the company's categories.
pub const TOPICS: [&[Topic]; 7] = [
    &[
        topic(
            1.0,
            "{product} drifts after two weeks at {site}",
            "The {product} with serial {serial} at {site} drifts by about {number} % within two weeks of calibration. The water is clear and we clean it every Friday.",
            "Could you send me the log of the probe? Menu, Service, Export log.",
            "Here is the log. The last calibration was done by {colleague}.",
            "The log shows a worn reference. Please replace the membrane and calibrate at two points; the steps are below. If it drifts again we replace the probe.",
        ),
        topic(
            0.7,
            "No readings from {site} since this morning",
            "Since {time} there are no readings from {site}. The {product} is powered and the green light is on. We are sampling by hand until this works.",
            "Thank you. Does the display show a number in the top right corner, and which?",
            "It shows E{number}.",
            "E{number} is a loose connector. Reseating the cable and restarting brought the readings back; I see them in the cloud since a minute ago.",
        ),
        topic(
            0.8,
            "Readings of {product} jump between two values",
            "Our {product} ({serial}) jumps between two values every few seconds. It began after the pump at {site} was replaced.",
            "Is the new pump on the same mains circuit as the probe?",
            "Yes, it is. The electrician says both are on circuit {number}.",
            "The pump disturbs the supply. A filter is on its way to you, free of charge; until then a longer averaging time hides the jumps.",
        ),
        topic(
            0.6,
            "Which buffer solution for {product} at 4 °C?",
            "We calibrate the {product} in a cold room at 4 °C. Which buffer solution do you recommend, and does the value need correcting?",
            "Do you calibrate at one point or at two?",
            "At two points.",
            "Use the 7.00 and 10.01 buffers and enter the temperature; the probe corrects by itself. I attached the table.",
        ),
        topic(
            0.5,
            "Membrane of {product} torn",
            "The membrane of our {product} tore while cleaning. Is it safe to measure on, and how do we change it?",
            "Was the probe out of the water for longer than an hour?",
            "About two hours, then we put it into tap water.",
            "Please do not measure with it. The kit for {product} holds a membrane and the tool; changing it takes ten minutes and needs a calibration afterwards.",
        ),
        topic(
            0.4,
            "How long does a {product} last?",
            "We plan next year's budget. How long does a {product} last in river water, and what does it need until then?",
            "Roughly how many hours a day is it in the water?",
            "All day, all year.",
            "Count on four years with a new membrane every six months. I attached the maintenance plan for all your probes.",
        ),
        firmware(
            "{product} reads zero since firmware 4.2",
            "Since the update to 4.2 our {product} at {site} shows zero. A restart and a new membrane changed nothing. The regulator expects our hourly figures, so we are sampling by hand.",
            "I am sorry about the extra rounds. Could you send me the log of one probe? Menu, Service, Export log.",
            "Here is the log of {serial}. Could we go back to 4.1 today?",
            "The update cleared the zero-point table of probes that were calibrated before. You can go back to 4.1 now; 4.2.1 with the fix comes out tonight.",
        ),
        firmware(
            "Calibration lost after update to 4.2",
            "All {number} probes at {site} lost their calibration with the update to 4.2. Do we have to calibrate them all again?",
            "Do they show the date of the last calibration under Service?",
            "The field is empty on all of them.",
            "No need to calibrate: 4.2.1 reads the old table back. I have queued it for your fleet tonight.",
        ),
    ],
    &[
        topic(
            1.0,
            "Logger {serial} does not send any more",
            "Our logger {serial} at {site} has not sent since {time}. The battery was changed in spring.",
            "Could you press the button for five seconds and tell me how often it blinks?",
            "It blinks {number} times.",
            "That means no network. The operator switched off the old network in your area; a new SIM is on its way and needs no settings.",
        ),
        topic(
            0.7,
            "Sampler stops mid-cycle at {site}",
            "The sampler at {site} stops in the middle of a cycle and gives no alarms, so the night shift did not notice. We have lost two composite samples.",
            "Which bottle does it stop at, and is it always the same?",
            "Always at bottle {number}.",
            "The arm was bent and hit the stop. The technician straightened it today and the last three cycles ran through.",
        ),
        topic(
            0.9,
            "Battery of {serial} empty after a month",
            "The battery of logger {serial} lasted a month instead of a year. It measures every 15 minutes as before.",
            "Has it been moved, or is the signal weaker than before?",
            "It is now in a concrete shaft.",
            "In the shaft it searches for the network all the time. With the outside antenna, which we sent you, it will last again.",
        ),
        topic(
            0.6,
            "Moving {number} loggers to a new site account",
            "We are splitting our account. Please move {number} loggers with all their history to the account for {site}.",
            "Could you send me the serial numbers, and should old users keep access?",
            "List attached, starting with {serial}. Only {colleague} should keep access.",
            "All loggers are in the new account with their history. {colleague} has access to both.",
        ),
        topic(
            0.5,
            "Alarm comes {number} minutes late",
            "The level alarm at {site} reached our phones {number} minutes after the level was passed. We need it within five.",
            "Does the logger stand on the economy setting?",
            "Yes, since winter.",
            "Economy sends every half hour. I set it to alarm mode, which wakes it at once; the test alarm took 40 seconds.",
        ),
        topic(
            0.4,
            "Clock of the sampler is an hour off",
            "Since the clock change our sampler at {site} is an hour off.",
            "Is the zone under Settings, Time set to your country?",
            "It says UTC.",
            "Choose your zone there and it follows the clock change by itself. Old samples keep their true times.",
        ),
    ],
    &[
        topic(
            1.0,
            "Cannot sign in to Larkfield Cloud",
            "I cannot sign in since I reset my password. It says that the link has expired, though I clicked it at once.",
            "Does your mail system scan links before you see them?",
            "IT says yes, since last week.",
            "The scanner used the link up. I set a new way for your domain: a code instead of a link. Please try again.",
        ),
        topic(
            0.8,
            "Bulk export answers 429 after 2,000 rows",
            "Our nightly export of {site} stops with error 429 after 2,000 rows. It worked until last month.",
            "How many exports do you start at the same time?",
            "One for each site, so {number}.",
            "Six at a time are allowed. Starting them one after the other works; I also raised your limit until the change is made.",
        ),
        topic(
            0.6,
            "Fleet update stuck at {number} %",
            "The update of our fleet is stuck at {number} % since {time}. May we switch the loggers off?",
            "Please leave them on. Are the missing ones all at {site}?",
            "Yes, all of them.",
            "They wait for a strong signal. I split the update into parts; all but two are through, and those follow tonight.",
        ),
        topic(
            0.6,
            "Graph of {site} shows a gap that the logger does not have",
            "The graph of {site} has a gap from {time}, but the logger has the values.",
            "Could you tell me the time zone of your account?",
            "Europe, one hour ahead of UTC.",
            "The values arrived twice and were held back. They are in the graph now, and the rule that held them back is mended.",
        ),
        topic(
            0.5,
            "New colleague needs access to {site}",
            "Please give {colleague} access to {site}, reading only.",
            "Which address does {colleague} use?",
            "The usual one: first name, dot, last name.",
            "{colleague} was invited and has seen the welcome page. You can do this yourself under Account, People; I sent you the steps.",
        ),
        topic(
            0.4,
            "Does the API give minimum and maximum per day?",
            "We build a report and need minimum and maximum per day for {number} sites. Is there a call for that, or do we have to fetch all values?",
            "Which language do you use for the report?",
            "Python.",
            "Yes: /series with step=day and agg=min,max. A small example in Python is attached.",
        ),
        firmware(
            "Update 4.2 was installed though we chose to wait",
            "We had chosen to wait with updates, yet 4.2 was installed on {number} probes. Please tell us how to go back.",
            "Were they added to the fleet after you chose to wait?",
            "Yes, in September.",
            "New probes did not take over the choice. They are back on 4.1, and the setting now holds for all.",
        ),
    ],
    &[
        topic(
            1.0,
            "Certificate shows the wrong serial number",
            "The certificate for {serial} shows another serial number. We need a correct one for the audit.",
            "Could you send me a photo of the plate on the device?",
            "Attached. The last two digits are swapped.",
            "You are right, and I am sorry. The corrected certificate is attached and in your account; the old one is marked as withdrawn.",
        ),
        topic(
            0.8,
            "Annual service visit at {site}",
            "Please plan the annual service visit for {site}. We have {number} devices and prefer the first week of next month.",
            "Would Tuesday or Wednesday suit you better?",
            "Wednesday from 9:00.",
            "Wednesday at 9:00 it is. The technician brings parts for all devices; please have the spare probe ready.",
        ),
        topic(
            0.6,
            "Calibration overdue in the portal though done",
            "The portal says that {serial} is overdue, but it was calibrated last week by {colleague}.",
            "Was it calibrated in the laboratory or on site?",
            "On site.",
            "The record was not sent, since the tablet was offline. It is there now and the warning is gone.",
        ),
        topic(
            0.5,
            "Second set of weights for the bench",
            "We would like a second set of reference weights for the bench at {site}, with accreditation.",
            "Which class do you need?",
            "The same as the first set.",
            "The set is reserved for you and arrives with its certificate in about ten days.",
        ),
        topic(
            0.4,
            "Certificate in another language for the regulator",
            "The regulator wants the certificate of {serial} in the language of the country.",
            "By when do you need it?",
            "By the end of the month.",
            "The translated certificate is attached; it carries the same number and is signed.",
        ),
        topic(
            0.4,
            "What does the uncertainty on the certificate mean?",
            "Our auditor asks what the uncertainty of {number} % on the certificate covers.",
            "Is it about one device or all?",
            "All of this year.",
            "It covers the reference, the temperature and the reading, at 95 %. The attached page says so in words your auditor knows.",
        ),
    ],
    &[
        topic(
            1.0,
            "Where is order {order}?",
            "Order {order} should have been here on Monday. The tracking page has not changed for days.",
            "Is the address at {site} open on Saturdays?",
            "No, only on weekdays.",
            "The courier had tried on Saturday. It is on the van today, and I will watch it until it is signed for.",
        ),
        topic(
            0.8,
            "Quote for {number} {product}",
            "Please send us a quote for {number} {product} with cables of 10 m, delivered to {site}.",
            "Shall I include the holders?",
            "Yes, please.",
            "The quote is attached and holds for 60 days. Delivery takes about two weeks.",
        ),
        topic(
            0.6,
            "Reagent kit arrived warm",
            "The reagent kit of order {order} arrived warm; the cooling pads were melted. Can we still use it?",
            "What does the indicator on the lid show?",
            "It is red.",
            "Please throw it away. A new kit leaves today with more cooling, free of charge.",
        ),
        topic(
            0.5,
            "Wrong cable in order {order}",
            "Order {order} came with cables of 5 m instead of 10 m.",
            "Are the bags still closed?",
            "Yes, all {number}.",
            "The right cables left today. The label for the return is attached; the courier picks them up tomorrow.",
        ),
        topic(
            0.5,
            "Membrane for {product} out of stock",
            "The shop says that the membrane for {product} is out of stock. When will it be back? We have one left.",
            "How many would bring you over the next month?",
            "{number} would do.",
            "I put {number} aside from our service stock; they leave today. The shop has them again in two weeks.",
        ),
        topic(
            0.3,
            "Please change the delivery address of {order}",
            "Please send order {order} to {site} instead. The door there is wide enough for the pallet.",
            "Who may sign for it there?",
            "{colleague} may.",
            "Changed, and {colleague} is on the note. It arrives on Thursday.",
        ),
    ],
    &[
        topic(
            1.0,
            "Invoice {invoice} was charged twice",
            "Invoice {invoice} was taken from our account twice this month. Please pay one back.",
            "Could you tell me both dates?",
            "The 3rd and the {number}th.",
            "The second payment is on its way back to you and arrives in two to three days. I am sorry for the trouble.",
        ),
        topic(
            0.7,
            "Our order number is missing on {invoice}",
            "Our accounts cannot pay {invoice} without our order number on it.",
            "Which number should it carry?",
            "PO-{order}.",
            "The corrected invoice is attached; it has the same date and amount.",
        ),
        topic(
            0.6,
            "New address for invoices",
            "From next month our invoices go to a new address: {site}, second floor.",
            "Is the tax number the same?",
            "Yes, unchanged.",
            "Changed for all contracts. The next invoice carries the new address.",
        ),
        topic(
            0.5,
            "When does our contract end?",
            "Please tell us when the service contract for {site} ends and what it covers.",
            "Is it about the probes, the cloud, or both?",
            "Both.",
            "It ends on the last of March and renews for a year; it covers {number} visits and all parts that wear. The contract is attached.",
        ),
        topic(
            0.4,
            "Amount of {invoice} is not what the quote said",
            "Invoice {invoice} is higher than the quote for the same goods.",
            "Could you send me the number of the quote?",
            "Q-{order}.",
            "The freight was counted twice. A credit note over the difference is attached.",
        ),
    ],
    &[
        topic(
            1.0,
            "Training for new colleagues at {site}",
            "We have {number} new colleagues at {site}. Do you offer a training on site?",
            "Would half a day be enough?",
            "Yes, in the morning.",
            "The trainer comes in three weeks; the plan for the morning is attached.",
        ),
        topic(
            0.7,
            "May we show your probes at an open day?",
            "We hold an open day at {site} and would like to show how we measure. May we use your pictures?",
            "Would you like posters as well?",
            "That would be very kind.",
            "Of course. The pictures are in the link below, and a tube with posters is on its way.",
        ),
        topic(
            0.5,
            "Who is our contact at Larkfield now?",
            "Our contact has left. Who is it now?",
            "Is it about sales or about technology?",
            "About technology, for {site}.",
            "For {site} you reach us all here; for visits ask for the Calibration team. We always know your devices.",
        ),
    ],
];

const PRODUCTS: [&str; 7] = ["DO-3", "PH-7", "TU-5", "EC-4", "LX-40", "CL-2", "NO-3"];
const SITES: [&str; 14] = [
    "the Lever intake",
    "Lever station",
    "the river station",
    "the west basin",
    "pump house 2",
    "the laboratory",
    "Régua",
    "Caldas",
    "the dam",
    "the north well field",
    "reservoir 4",
    "the treatment plant",
    "the outlet",
    "the harbour station",
];
const COLLEAGUES: [&str; 10] =
    ["Rita", "Paulo", "Ingrid", "Magnus", "Clara", "Henrik", "Lucia", "Sam", "Eva", "Oliver"];

/// What stands in the `{…}` of one ticket: the same serial number from the first message to the last.
pub struct Slots([(&'static str, String); 9]);

impl Slots {
    pub fn throw(chance: &mut Chance) -> Self {
        let serial = format!("{}F-{:04}", 3 + chance.below(6), chance.below(10_000));
        let time = format!("{:02}:{:02}", 4 + chance.below(12), 5 * chance.below(12));
        Self([
            ("{product}", (*chance.pick(&PRODUCTS)).to_owned()),
            ("{site}", (*chance.pick(&SITES)).to_owned()),
            ("{colleague}", (*chance.pick(&COLLEAGUES)).to_owned()),
            ("{serial}", serial),
            ("{time}", time),
            ("{number}", (4 + chance.below(24)).to_string()),
            ("{order}", (40_000 + chance.below(9_000)).to_string()),
            ("{invoice}", (20_000 + chance.below(2_000)).to_string()),
            ("{firmware}", "4.2".to_owned()),
        ])
    }

    pub fn fill(&self, template: &str) -> String {
        let mut text = template.to_owned();
        for (slot, value) in &self.0 {
            if text.contains(slot) {
                text = text.replace(slot, value);
            }
        }
        // A slot may begin the line; people begin lines with a capital.
        let mut chars = text.chars();
        match chars.next() {
            Some(first) if first.is_lowercase() => first.to_uppercase().chain(chars).collect(),
            _ => text,
        }
    }
}

pub const GREETINGS: [&str; 5] = ["Hello,", "Good morning,", "Dear support team,", "Hi,", "Hello Larkfield,"];
pub const CLOSINGS: [&str; 5] = ["Kind regards", "Thank you", "Best regards", "Many thanks in advance", "Regards"];
pub const NUDGES: [&str; 6] = [
    "Is there any news? We would like to plan the day.",
    "One more thing: {colleague} says it was the same in spring.",
    "We tried what you wrote. It is better, but not gone.",
    "I forgot to say that this is device {serial}.",
    "Could you call {colleague} about it? The number is in the account.",
    "It happened again at {time}.",
];
pub const ACKNOWLEDGEMENTS: [&str; 5] = [
    "Thank you for writing. I have looked at your account and see what you mean.",
    "Thank you for the clear description. I am on it.",
    "I am sorry for the trouble. Let us sort it out.",
    "Thanks, I can reproduce this here.",
    "Thank you, that helps. I am checking it with the workshop.",
];
pub const NOTES: [&str; 8] = [
    "Same batch as last month, see the list of serials in the service folder.",
    "Customer prefers a call in the morning.",
    "Asked the workshop, they answer by noon.",
    "Reproduced on the bench with firmware 4.1 and 4.2.",
    "Stock says two left; I reserved one.",
    "Contract covers this, no invoice.",
    "Talked to the courier, reference {order}.",
    "Had this at another site, the fix is the same.",
];
pub const THIRD_PARTIES: [&str; 4] = [
    "Waiting for the courier's answer",
    "Part ordered from the supplier",
    "Waiting for the network operator",
    "With the workshop",
];
pub const TRANSFERS: [&str; 3] = [
    "This is about the account, not the device",
    "Needs the workshop's bench",
    "The parcel is the cause, not the probe",
];
pub const STILL_BROKEN: [&str; 3] = [
    "I am afraid it came back after an hour.",
    "That helped for a day; now it is as before.",
    "Sorry, not solved yet: the second device does the same.",
];
pub const PRAISE: [&str; 6] = [
    "Quick and clear.",
    "Solved in one go, thank you.",
    "Very kind.",
    "You knew what I meant at once.",
    "Great help, as always.",
    "",
];
pub const BLAME: [&str; 5] = [
    "Took too long.",
    "I had to explain it twice.",
    "Solved in the end, but late.",
    "Nobody told us what was going on.",
    "",
];

#[cfg(test)]
mod tests {
    use super::*;

    fn every_template() -> impl Iterator<Item = &'static str> {
        TOPICS
            .iter()
            .flat_map(|topics| topics.iter())
            .flat_map(|t| [t.subject, t.body, t.question, t.answer, t.solution])
            .chain(NUDGES)
            .chain(NOTES)
            .chain(ACKNOWLEDGEMENTS)
            .chain(STILL_BROKEN)
    }

    #[test]
    fn no_slot_is_left_open() {
        let slots = Slots::throw(&mut Chance::new(1));
        for template in every_template() {
            let text = slots.fill(template);
            assert!(!text.contains(['{', '}']), "{text}");
        }
    }

    #[test]
    fn every_subject_fits() {
        let slots = Slots::throw(&mut Chance::new(2));
        for topic in TOPICS.iter().flat_map(|topics| topics.iter()) {
            assert!(crate::tickets::model::Subject::try_from(slots.fill(topic.subject)).is_ok());
        }
    }
}
