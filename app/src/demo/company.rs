//! Who Larkfield Instruments is: teams, people, customers, what customers may choose, and how it routes.

/// A team, its share of the load among its own categories, and whether it hands its tickets out.
pub struct TeamPlan {
    pub name: &'static str,
    pub auto_assign: bool,
    /// Agents with the tickets they can hold at once; the first leads.
    pub agents: &'static [(&'static str, i32)],
}

pub const TEAMS: [TeamPlan; 5] = [
    TeamPlan {
        name: "Field support",
        auto_assign: false,
        agents: &[
            ("Tom Haugen", 14),
            ("Priya Nair", 14),
            ("Callum Reid", 12),
            ("Amara Eze", 12),
            ("Jan Kowalski", 14),
            ("Noor Haddad", 10),
            ("Elin Sandberg", 12),
        ],
    },
    TeamPlan {
        name: "Cloud",
        auto_assign: false,
        agents: &[
            ("Wei Ling Tan", 14),
            ("Rafael Costa", 14),
            ("Hannah Brooks", 12),
            ("Mateus Ferreira", 12),
            ("Aisha Rahman", 12),
            ("Viktor Lindqvist", 10),
        ],
    },
    TeamPlan {
        name: "Calibration",
        auto_assign: false,
        agents: &[
            ("Inês Carvalho", 12),
            ("Gareth Pugh", 12),
            ("Lotte Jansen", 12),
            ("Samuel Mensah", 10),
            ("Yuki Tanaka", 12),
        ],
    },
    TeamPlan {
        name: "Orders and delivery",
        auto_assign: true,
        agents: &[("Sofie Bakker", 10), ("Dylan Hughes", 14), ("Carmen Ruiz", 14), ("Oskar Nyman", 12)],
    },
    TeamPlan {
        name: "Accounts",
        auto_assign: true,
        agents: &[("Grace Whitmore", 12), ("Pavel Novák", 14), ("Leila Benali", 12)],
    },
];

/// Who is away today.
pub const OUT_OF_OFFICE: [&str; 2] = ["Sofie Bakker", "Jan Kowalski"];

/// Managers and the teams they answer for.
pub const MANAGERS: [(&str, &[&str]); 2] = [
    ("Ruth Adeyemi", &["Field support", "Cloud", "Calibration", "Orders and delivery", "Accounts"]),
    ("Graham Pike", &["Orders and delivery", "Accounts"]),
];

/// What customers choose on the form: name, help, share of all tickets.
pub struct CategoryPlan {
    pub name: &'static str,
    pub help: &'static str,
    pub share: f64,
}

pub const CATEGORIES: [CategoryPlan; 7] = [
    CategoryPlan { name: "Probes and sensors", help: "Readings, drift, membranes, firmware", share: 24.0 },
    CategoryPlan { name: "Loggers and samplers", help: "Loggers, samplers, batteries, alarms", share: 15.0 },
    CategoryPlan { name: "Larkfield Cloud", help: "Sign-in, dashboards, exports, fleet updates", share: 22.0 },
    CategoryPlan {
        name: "Calibration and certificates",
        help: "Service visits, certificates, reference weights",
        share: 13.0,
    },
    CategoryPlan { name: "Orders and delivery", help: "Quotes, orders, parcels, returns", share: 14.0 },
    CategoryPlan { name: "Invoices", help: "Invoices, payments, contracts", share: 8.0 },
    CategoryPlan { name: "Something else", help: "We find the right person", share: 4.0 },
];

/// How new tickets find their team: name, category by index, keywords, priority, team by index.
pub struct RulePlan {
    pub name: &'static str,
    pub category: Option<usize>,
    pub keywords: &'static [&'static str],
    pub priority: Option<&'static str>,
    pub team: Option<usize>,
}

pub const RULES: [RulePlan; 8] = [
    RulePlan {
        name: "Water supply in danger",
        category: None,
        keywords: &["no alarms", "water supply", "contamination*", "chlorine alarm", "stops mid-cycle"],
        priority: Some("urgent"),
        team: Some(0),
    },
    RulePlan {
        name: "Station is silent",
        category: Some(0),
        keywords: &["no readings", "reads zero", "read 0.0", "shows zero", "offline"],
        priority: Some("high"),
        team: Some(0),
    },
    RulePlan {
        name: "Cloud cannot be reached",
        category: Some(2),
        keywords: &["cannot sign in", "outage", "stuck at", "down"],
        priority: Some("high"),
        team: Some(1),
    },
    RulePlan { name: "Cloud", category: Some(2), keywords: &[], priority: None, team: Some(1) },
    RulePlan {
        name: "Certificate for an audit",
        category: Some(3),
        keywords: &["audit", "regulator", "accreditation"],
        priority: Some("high"),
        team: Some(2),
    },
    RulePlan { name: "Calibration", category: Some(3), keywords: &[], priority: None, team: Some(2) },
    RulePlan { name: "Orders", category: Some(4), keywords: &[], priority: None, team: Some(3) },
    RulePlan { name: "Invoices", category: Some(5), keywords: &[], priority: None, team: Some(4) },
];

/// Customers: organisation, mail domain, plan, time zone, whether colleagues see each other's tickets, people.
pub struct CustomerPlan {
    pub name: &'static str,
    pub domain: &'static str,
    pub plan: Option<&'static str>,
    pub zone: &'static str,
    pub shared: bool,
    pub people: &'static [&'static str],
}

pub const PRIORITY_PLAN: &str = "Priority";
const STANDARD: Option<&str> = Some("Standard");
const PRIORITY: Option<&str> = Some(PRIORITY_PLAN);

pub const CUSTOMERS: [CustomerPlan; 18] = [
    CustomerPlan {
        name: "Águas do Douro",
        domain: "aguasdodouro.example",
        plan: PRIORITY,
        zone: "Europe/Lisbon",
        shared: true,
        people: &["Marta Oliveira", "Rui Matos", "Joana Freitas", "Pedro Antunes"],
    },
    CustomerPlan {
        name: "Nordfjord Vannverk",
        domain: "nordfjord-vannverk.example",
        plan: PRIORITY,
        zone: "Europe/Oslo",
        shared: true,
        people: &["Jorun Vik", "Hanne Lund", "Eirik Solberg"],
    },
    CustomerPlan {
        name: "Rheinlab",
        domain: "rheinlab.example",
        plan: PRIORITY,
        zone: "Europe/Berlin",
        shared: false,
        people: &["Anna Keller", "Florian Weiss", "Mira Schulte"],
    },
    CustomerPlan {
        name: "Severn Analytics",
        domain: "severn-analytics.example",
        plan: STANDARD,
        zone: "Europe/London",
        shared: true,
        people: &["Ben Whitlock", "Alice Croft", "Gwen Parry"],
    },
    CustomerPlan {
        name: "Waternet Noord",
        domain: "waternetnoord.example",
        plan: STANDARD,
        zone: "Europe/Amsterdam",
        shared: true,
        people: &["Ilse Maas", "Pieter de Wit", "Bram Visser"],
    },
    CustomerPlan {
        name: "Acqua Lombarda",
        domain: "acqualombarda.example",
        plan: STANDARD,
        zone: "Europe/Rome",
        shared: false,
        people: &["Chiara Bellini", "Marco Greco", "Elisa Conti"],
    },
    CustomerPlan {
        name: "Gwent Labs",
        domain: "gwentlabs.example",
        plan: STANDARD,
        zone: "Europe/London",
        shared: false,
        people: &["Owen Price", "Megan Rees"],
    },
    CustomerPlan {
        name: "Mälarvatten",
        domain: "malarvatten.example",
        plan: PRIORITY,
        zone: "Europe/Stockholm",
        shared: true,
        people: &["Lars Eklund", "Karin Holm", "Nils Berg"],
    },
    CustomerPlan {
        name: "Aquasense",
        domain: "aquasense.example",
        plan: STANDARD,
        zone: "Asia/Tokyo",
        shared: false,
        people: &["Kenji Watanabe", "Aiko Mori"],
    },
    CustomerPlan {
        name: "ONEP Rabat",
        domain: "onep-rabat.example",
        plan: STANDARD,
        zone: "Africa/Casablanca",
        shared: false,
        people: &["Fatima Idrissi", "Youssef Alami"],
    },
    CustomerPlan {
        name: "Hydrosense",
        domain: "hydrosense.example",
        plan: STANDARD,
        zone: "Asia/Kolkata",
        shared: false,
        people: &["Dev Anand", "Meera Iyer"],
    },
    CustomerPlan {
        name: "Lab Atlântico",
        domain: "labatlantico.example",
        plan: STANDARD,
        zone: "Europe/Lisbon",
        shared: true,
        people: &["Sara Pinto", "Tiago Neves"],
    },
    CustomerPlan {
        name: "Canal Sur",
        domain: "canalsur.example",
        plan: PRIORITY,
        zone: "Europe/Madrid",
        shared: false,
        people: &["Nuria Ferrer", "Javier Ortega"],
    },
    CustomerPlan {
        name: "Lough Fisheries",
        domain: "loughfisheries.example",
        plan: None,
        zone: "Europe/Dublin",
        shared: false,
        people: &["Ciara Doyle", "Sean Brennan"],
    },
    CustomerPlan {
        name: "Tatra Brewing",
        domain: "tatrabrewing.example",
        plan: None,
        zone: "Europe/Warsaw",
        shared: false,
        people: &["Zofia Wójcik", "Marek Zając"],
    },
    CustomerPlan {
        name: "University of Tartu",
        domain: "ut-limnology.example",
        plan: None,
        zone: "Europe/Tallinn",
        shared: false,
        people: &["Liis Tamm", "Andres Kask"],
    },
    CustomerPlan {
        name: "Baie Verte Pools",
        domain: "baieverte.example",
        plan: None,
        zone: "Europe/Paris",
        shared: false,
        people: &["Camille Roux", "Luc Martin"],
    },
    CustomerPlan {
        name: "Great Plain Dairy",
        domain: "greatplaindairy.example",
        plan: None,
        zone: "America/Chicago",
        shared: false,
        people: &["Emily Carter", "Jake Olson"],
    },
];

/// The address of somebody at `domain`: first and last name without accents.
pub fn address(name: &str, domain: &str) -> String {
    let plain: String = name.chars().flat_map(char::to_lowercase).map(plain).collect();
    let mut words = plain.split(' ');
    let first = words.next().unwrap_or_default();
    format!("{first}.{}@{domain}", words.next_back().unwrap_or(first))
}

const fn plain(c: char) -> char {
    match c {
        'á' | 'à' | 'ä' | 'ã' | 'â' | 'å' | 'ą' => 'a',
        'é' | 'è' | 'ê' | 'ë' => 'e',
        'í' | 'ì' | 'ï' => 'i',
        'ó' | 'ò' | 'ö' | 'õ' | 'ô' | 'ø' => 'o',
        'ú' | 'ù' | 'ü' => 'u',
        'ç' | 'č' => 'c',
        'ñ' => 'n',
        'ś' | 'š' => 's',
        'ż' | 'ź' => 'z',
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{core::text::Email, demo::logins::LOGINS, routing::model::Keyword};

    #[test]
    fn every_address_is_one() {
        for customer in &CUSTOMERS {
            for person in customer.people {
                let email = address(person, customer.domain);
                assert!(email.is_ascii() && Email::try_from(email.clone()).is_ok(), "{email}");
            }
        }
        assert_eq!(address("Wei Ling Tan", "larkfield.example"), "wei.tan@larkfield.example");
    }

    #[test]
    fn the_logins_are_people_of_the_company() {
        for login in LOGINS {
            let domain = login.email.split_once('@').unwrap().1;
            assert_eq!(login.email, address(login.name, domain));
        }
    }

    #[test]
    fn every_keyword_can_be_looked_for() {
        for word in RULES.iter().flat_map(|r| r.keywords) {
            assert!(Keyword::try_from((*word).to_owned()).is_ok(), "{word}");
        }
    }
}
