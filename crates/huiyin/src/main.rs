//! The binary `huiyin`: the command line (`cli.rs`), and serving (`serve.rs`), which opens everything that the other
//! crates are handed. What is answered is `api`'s.

mod admin_token;
mod allocator;
mod background;
mod bootstrap;
mod cli;
mod config_file;
mod demonstration;
mod files;
mod key_backups;
mod oidc_arguments;
mod passphrase;
mod people;
mod place;
mod process;
mod progress;
mod secret_file;
mod serve;
mod serve_arguments;
mod system_clock;
mod terminal;
mod tls;

fn main() -> std::process::ExitCode {
    // Whatever this process makes is its owner's alone: the record, the boards, exports, tokens.
    rustix::process::umask(rustix::fs::Mode::from_raw_mode(0o077));
    process::keep_to_itself();
    cli::run()
}
