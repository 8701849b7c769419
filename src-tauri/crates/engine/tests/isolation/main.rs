//! What an agent can and cannot do, and what becomes of its work: real isolation, real git, real processes.
//! Windows isolates no files: there the Job Object stands in for bubblewrap, and command scripts for the shell's.
#![cfg(any(target_os = "linux", windows))]
#![expect(clippy::unwrap_used, reason = "a set-up that fails is a test that fails")]

#[cfg(target_os = "linux")]
mod after_waybill;
#[cfg(target_os = "linux")]
mod confinement;
#[cfg(target_os = "linux")]
mod ends;
mod hostile_repository;
#[cfg(windows)]
mod job;
mod life_of_a_change;
mod merging;
mod repositories;
mod support;
