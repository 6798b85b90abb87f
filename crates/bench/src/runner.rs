//! Runs the scenarios in turns over the systems.

use std::time::Instant;

use crate::options::Options;
use crate::report::{self, Results};
use crate::scenario::{Context, Scenario};
use crate::scenarios;
use crate::systems::{Programs, System};

/// Runs what the options ask for, prints the table and writes the results.
///
/// # Errors
/// A broker cannot be built, fetched or started. A run that fails is reported and is no error.
pub fn run(options: &Options) -> Result<(), String> {
    let wanted: Vec<&Scenario> = scenarios::all()
        .filter(|scenario| options.wants(scenario.name, scenario.by_default))
        .collect();
    if options.list || wanted.is_empty() {
        for scenario in scenarios::all() {
            let mark = if scenario.by_default { ' ' } else { '+' };
            println!("{mark} {:<20} {}", scenario.name, scenario.about);
        }
        println!("those with + run when they are named, or with --all");
        return Ok(());
    }
    let with_kafka = System::ALL
        .iter()
        .any(|system| system.is_kafka() && options.takes_part(*system));
    let programs = Programs::find(options.kalda.as_deref(), with_kafka)?;
    let mut context = Context::new(programs, options.seconds, options.warm_up)?;
    let mut results = Results::default();
    let began = Instant::now();
    for scenario in wanted {
        context.scenario = scenario.name;
        for round in 1..=options.reps {
            turn(&mut context, options, scenario, round, &mut results);
        }
        report::print_scenario(scenario, &results);
    }
    drop(context);
    println!("{}", report::table(&results));
    let path = options.json.clone().unwrap_or_else(report::default_path);
    report::write_json(&path, &results, options)?;
    println!(
        "{} runs in {:.0} s; results in {}",
        results.runs(),
        began.elapsed().as_secs_f64(),
        path.display()
    );
    Ok(())
}

/// Each system once.
fn turn(
    context: &mut Context,
    options: &Options,
    scenario: &'static Scenario,
    round: usize,
    results: &mut Results,
) {
    let systems = scenario.systems.iter().filter(|s| options.takes_part(**s));
    for system in systems {
        let outcome = (scenario.run)(context, *system);
        match &outcome {
            Ok(sample) => println!("{}", report::line(scenario, *system, round, sample)),
            Err(error) => {
                println!("{} {}: INVALID: {error}", scenario.name, system.name());
                // Whatever broke it must not break the next.
                context.drop_broker(*system);
            }
        }
        results.add(scenario, *system, outcome);
    }
}
