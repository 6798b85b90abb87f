//! `kalda install-scripts DIR`: links under the names of Apache Kafka's scripts, so that what people type finds Kalda.

use std::fs;
use std::io;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use super::console;

/// `kalda install-scripts`.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  kalda install-scripts ~/bin
  kalda install-scripts /usr/local/bin

Each script gets two links, kafka-topics and kafka-topics.sh. Links of an earlier run are renewed; what is no link is left alone,
and named.")]
pub struct Args {
    /// The directory; made where it is missing.
    directory: PathBuf,
}

/// Makes the links.
pub fn run(args: &Args) -> ExitCode {
    match install(&args.directory) {
        Ok((made, kept)) => {
            let place = args.directory.display();
            console::note(format!("{made} links in {place}"));
            for name in &kept {
                console::note(format!("{place}/{name} is no link and was left alone"));
            }
            ExitCode::from(u8::from(!kept.is_empty()))
        }
        Err(error) => {
            console::note(format!("error: {}: {error}", args.directory.display()));
            ExitCode::FAILURE
        }
    }
}

/// How many links were made, and the names of files that are in the way.
fn install(directory: &Path) -> io::Result<(usize, Vec<String>)> {
    let binary = std::env::current_exe()?;
    fs::create_dir_all(directory)?;
    let (mut made, mut kept) = (0, Vec::new());
    for name in super::names() {
        for file in [name.to_owned(), format!("{name}.sh")] {
            let link = directory.join(&file);
            match fs::symlink_metadata(&link) {
                Ok(found) if found.is_symlink() => fs::remove_file(&link)?,
                Ok(_) => {
                    kept.push(file);
                    continue;
                }
                Err(_) => {}
            }
            symlink(&binary, &link)?;
            made += 1;
        }
    }
    Ok((made, kept))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_are_made_and_renewed_and_files_are_left_alone() {
        let place = tempfile::tempdir().expect("a directory");
        fs::write(place.path().join("kafka-topics.sh"), "mine").expect("it is written");
        let (made, kept) = install(place.path()).expect("it is installed");
        assert_eq!(kept, ["kafka-topics.sh"]);
        assert_eq!(made, super::super::names().len() * 2 - 1);
        let again = install(place.path()).expect("it is installed");
        assert_eq!(again, (made, kept));
        assert!(place.path().join("kafka-topics").is_symlink());
    }
}
