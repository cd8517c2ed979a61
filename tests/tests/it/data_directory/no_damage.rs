//! A directory that another process has, and a want of descriptors, are never taken for damage.

use super::{closed_office, doctor, refused, says, tree};
use crate::harness::{Office, demand};
use std::fs;
use std::process::Command;
use std::sync::Arc;

#[test]
fn a_second_process_is_refused_and_the_first_goes_on() {
    let office = Office::open();
    let said = refused(office.place());
    says(&said, &["in use", &office.place().data().to_string_lossy()]);
    office.records_reception(&[demand("照常")]);
    let (output, said) = doctor(office.place());
    assert!(!output.status.success());
    says(&said, &["in use"]);
}

/// A server under ever smaller limits of open files starts or refuses; it never takes its own want for damage, and what
/// it says names a path, the cause and what to do.
#[test]
fn a_lack_of_descriptors_is_no_damage() {
    let (mut office, before) = closed_office();
    let place = Arc::clone(office.place());
    let mut refused = 0;
    for limit in 8..34 {
        let mut command = Command::new("sh");
        let doctor = place.command("doctor");
        command.args(["-c", &format!("ulimit -n {limit}; exec \"$0\" \"$@\"")]).arg(doctor.get_program());
        command.args(doctor.get_args()).env("LC_ALL", "en_US.UTF-8");
        let output = command.output().unwrap();
        let said = format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
        // A shell or a program that cannot even be loaded says nothing of ours.
        let ours = said.lines().filter(|line| line.contains("os error 24")).collect::<Vec<_>>();
        if !output.status.success() && !ours.is_empty() {
            refused += 1;
            assert_ne!(output.status.code(), Some(101), "under a limit of {limit} it panicked:\n{said}");
            says(&said, &["huiyin-test-", "Raise the limit of open files (ulimit -n)"]);
        }
        let asides = fs::read_dir(place.data()).unwrap().map(|entry| entry.unwrap().file_name());
        let asides = asides.filter(|name| name.to_string_lossy().contains("set-aside")).count();
        assert_eq!(asides, 0, "under a limit of {limit} it said:\n{said}");
        assert!(!said.contains("set aside"), "under a limit of {limit} it said:\n{said}");
    }
    assert!(refused > 0, "no limit was low enough");
    office.restarts();
    assert_eq!(tree(&office), before);
}
