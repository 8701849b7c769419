//! What an agent can and cannot do, and what becomes of its work: real bubblewrap, real git, real processes.
#![cfg(target_os = "linux")]
#![expect(clippy::unwrap_used, reason = "a set-up that fails is a test that fails")]

mod after_waybill;
mod confinement;
mod ends;
mod hostile_repository;
mod life_of_a_change;
mod merging;
mod repositories;
mod support;
