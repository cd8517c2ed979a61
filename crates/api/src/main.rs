//! The binary `huiyin`.

/// Many small short-lived values on few threads is what this allocator is made for.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> std::process::ExitCode {
    // Whatever this process makes is its owner's alone: the record, the boards, exports, tokens.
    rustix::process::umask(rustix::fs::Mode::from_raw_mode(0o077));
    api::process::keep_to_itself();
    api::cli::run()
}
