//! Owns which icons there are and which drawing each size is made from: small sizes have drawings of their own,
//! because a shrunken large one is mud.

use std::fs;
use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};

use anyhow::Context;

use super::container::{self, Image, png_size};
use crate::process;
use crate::tree::Tree;

/// Plain PNG files by name and side.
const PLAIN: &[(&str, u32)] =
    &[("32x32.png", 32), ("128x128.png", 128), ("128x128@2x.png", 256), ("icon.png", 512)];
const WINDOWS_SIDES: &[u32] = &[16, 24, 32, 48, 64, 128, 256];
const APPLE_SIDES: &[u32] = &[32, 64, 128, 256, 512, 1024];

const TRAY_STATES: &[&str] = &["idle", "running", "attention"];
/// The glyph's colour for a light and for a dark panel; the first is also the template a Mac tints itself.
const TRAY_PANELS: &[(&str, &str)] = &[("on-light", "#000000"), ("on-dark", "#ffffff")];
const TRAY_SIDES: &[(&str, u32)] = &[("", 32), ("@2x", 64)];

/// Draws all icons anew.
pub fn write(tree: &Tree) -> anyhow::Result<()> {
    let icons = tree.at("icons");
    let tray = icons.join("tray");
    fs::create_dir_all(&tray).with_context(|| format!("could not make {}", tray.display()))?;
    for (name, side) in PLAIN {
        save(&icons.join(name), &application(tree, *side)?.png)?;
    }
    let drawn =
        |sides: &[u32]| sides.iter().map(|side| application(tree, *side)).collect::<Result<Vec<_>, _>>();
    save(&icons.join("icon.ico"), &container::ico(&drawn(WINDOWS_SIDES)?)?)?;
    save(&icons.join("icon.icns"), &container::icns(&drawn(APPLE_SIDES)?)?)?;
    for state in TRAY_STATES {
        let drawing = read(tree, &format!("tray-{state}.svg"))?;
        for (panel, colour) in TRAY_PANELS {
            let drawing = drawing.replace("color=\"#000000\"", &format!("color=\"{colour}\""));
            for (suffix, side) in TRAY_SIDES {
                save(&tray.join(format!("{state}-{panel}{suffix}.png")), &draw(&drawing, *side)?.png)?;
            }
        }
    }
    println!("icons: written to {}", tree.shown(&icons));
    Ok(())
}

fn application(tree: &Tree, side: u32) -> anyhow::Result<Image> {
    draw(&read(tree, drawing_for(side))?, side)
}

fn drawing_for(side: u32) -> &'static str {
    match side {
        0..20 => "app-16.svg",
        20..64 => "app-32.svg",
        _ => "app.svg",
    }
}

fn read(tree: &Tree, name: &str) -> anyhow::Result<String> {
    let path = tree.at("icons/source").join(name);
    fs::read_to_string(&path).with_context(|| format!("could not read {}", path.display()))
}

fn save(path: &Path, bytes: &[u8]) -> anyhow::Result<()> {
    fs::write(path, bytes).with_context(|| format!("could not write {}", path.display()))
}

/// Has librsvg draw it, by pipes: no file that could be left behind.
fn draw(drawing: &str, side: u32) -> anyhow::Result<Image> {
    let side_text = side.to_string();
    let mut command = Command::new("rsvg-convert");
    command.args(["--width", &side_text, "--height", &side_text, "--format", "png"]);
    let mut child = command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .context("could not start rsvg-convert, the drawing program of librsvg")?;
    // A drawing is a few kilobytes and read whole before any output: this cannot block both ways. Dropping the
    // pipe tells the program that this was all.
    if let Some(mut stdin) = child.stdin.take() {
        stdin.write_all(drawing.as_bytes()).context("rsvg-convert did not take the drawing")?;
    }
    let output = child.wait_with_output()?;
    process::succeeded(&command, output.status)?;
    anyhow::ensure!(
        png_size(&output.stdout) == Some((side, side)),
        "rsvg-convert drew no image of {side} pixels"
    );
    Ok(Image { side, png: output.stdout })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_icons_are_committed_in_their_sizes() {
        let icons = Tree::of_this_build().unwrap().at("icons");
        let tray = TRAY_STATES.iter().flat_map(|state| {
            TRAY_PANELS.iter().flat_map(move |(panel, _)| {
                TRAY_SIDES
                    .iter()
                    .map(move |(suffix, side)| (format!("tray/{state}-{panel}{suffix}.png"), *side))
            })
        });
        for (name, side) in PLAIN.iter().map(|(name, side)| ((*name).to_owned(), *side)).chain(tray) {
            let png = fs::read(icons.join(&name)).unwrap_or_default();
            assert_eq!(png_size(&png), Some((side, side)), "icons/{name} (`cargo xtask generate` draws it)");
        }
        for (name, start) in [("icon.ico", &[0, 0, 1, 0]), ("icon.icns", b"icns")] {
            let file = fs::read(icons.join(name)).unwrap_or_default();
            assert!(file.starts_with(start), "icons/{name} must be there, or no bundle can be made");
        }
    }

    #[test]
    fn every_drawing_takes_the_colour_of_its_panel() {
        let tree = Tree::of_this_build().unwrap();
        for state in TRAY_STATES {
            let drawing = read(&tree, &format!("tray-{state}.svg")).unwrap();
            assert!(drawing.contains("color=\"#000000\""), "tray-{state} would stay black on a dark panel");
        }
    }
}
