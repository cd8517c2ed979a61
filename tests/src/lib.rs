//! The black-box tests of Huiyin: they build the binary `huiyin`, start it on a directory of its own and talk to it
//! as any client would. Everything is in `tests/it`; one binary, one module per subject.
