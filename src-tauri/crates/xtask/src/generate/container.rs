//! Owns the two file formats that hold an icon in several sizes, Windows' ICO and Apple's ICNS, both with PNG
//! images inside, and reading a PNG's size. Pure: bytes in, bytes out.

use anyhow::Context;

/// A PNG image and its side in pixels.
pub struct Image {
    pub side: u32,
    pub png: Vec<u8>,
}

/// Apple's names for the sizes: the same pixels serve as, say, 256 points and as 128 points on a fine screen. The
/// names for plain 16 and 32 points are left out: inside an application they show PNG images as noise.
const APPLE: &[(&[u8; 4], u32)] = &[
    (b"ic11", 32),
    (b"ic12", 64),
    (b"ic07", 128),
    (b"ic13", 256),
    (b"ic08", 256),
    (b"ic14", 512),
    (b"ic09", 512),
    (b"ic10", 1024),
];

/// Width and height from a PNG's header.
pub fn png_size(png: &[u8]) -> Option<(u32, u32)> {
    let header = png.strip_prefix(b"\x89PNG\r\n\x1a\n")?.get(8..16)?;
    let number = |at: usize| Some(u32::from_be_bytes(header.get(at..at + 4)?.try_into().ok()?));
    Some((number(0)?, number(4)?))
}

/// An ICO file: a table of entries, then the images.
pub fn ico(images: &[Image]) -> anyhow::Result<Vec<u8>> {
    const HEADER: usize = 6;
    const ENTRY: usize = 16;
    let mut file = Vec::from([0, 0, 1, 0]);
    file.extend(u16::try_from(images.len())?.to_le_bytes());
    let mut offset = HEADER + ENTRY * images.len();
    for image in images {
        anyhow::ensure!(image.side <= 256, "an ICO holds images up to 256 pixels, not {}", image.side);
        // A side of 256 is written as 0.
        let side = image.side.to_le_bytes()[0];
        file.extend([side, side, 0, 0, 1, 0, 32, 0]);
        file.extend(u32::try_from(image.png.len())?.to_le_bytes());
        file.extend(u32::try_from(offset)?.to_le_bytes());
        offset += image.png.len();
    }
    for image in images {
        file.extend(&image.png);
    }
    Ok(file)
}

/// An ICNS file: a header, then a chunk for each of Apple's names.
pub fn icns(images: &[Image]) -> anyhow::Result<Vec<u8>> {
    let mut chunks = Vec::new();
    for (name, side) in APPLE {
        let image = images
            .iter()
            .find(|image| image.side == *side)
            .with_context(|| format!("an ICNS needs an image of {side} pixels"))?;
        chunks.extend(*name);
        chunks.extend(u32::try_from(image.png.len() + 8)?.to_be_bytes());
        chunks.extend(&image.png);
    }
    let mut file = Vec::from(*b"icns");
    file.extend(u32::try_from(chunks.len() + 8)?.to_be_bytes());
    file.extend(chunks);
    Ok(file)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn image(side: u32) -> Image {
        let mut png = Vec::from(*b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR");
        png.extend(side.to_be_bytes());
        png.extend(side.to_be_bytes());
        Image { side, png }
    }

    #[test]
    fn a_png_tells_its_size() {
        assert_eq!(png_size(&image(300).png), Some((300, 300)), "the header holds width and height");
        assert_eq!(png_size(b"<svg/>"), None, "what is no PNG has no size");
    }

    #[test]
    fn windows_finds_each_image_where_the_table_says() {
        let images = [image(16), image(256)];
        let file = ico(&images).unwrap();
        assert_eq!(file[..6], [0, 0, 1, 0, 2, 0], "an icon with two images");
        for (index, expected) in images.iter().enumerate() {
            let entry = &file[6 + 16 * index..][..16];
            let number = |at: usize| u32::from_le_bytes(entry[at..at + 4].try_into().unwrap()) as usize;
            assert_eq!(&file[number(12)..][..number(8)], expected.png, "the offset must lead to the image");
        }
        assert_eq!(file[22], 0, "256 is written as 0");
        assert!(ico(&[image(512)]).is_err(), "a larger image would be read as another size");
    }

    #[test]
    fn apple_finds_all_sizes_and_the_right_length() {
        let images = [32, 64, 128, 256, 512, 1024].map(image);
        let file = icns(&images).unwrap();
        assert_eq!(
            u32::from_be_bytes(file[4..8].try_into().unwrap()) as usize,
            file.len(),
            "the header's length"
        );
        let mut rest = &file[8..];
        let mut names = 0;
        while let Some(length) = rest.get(4..8) {
            rest = &rest[u32::from_be_bytes(length.try_into().unwrap()) as usize..];
            names += 1;
        }
        assert_eq!(names, APPLE.len(), "walking the chunks by their lengths meets each name");
        assert!(icns(&images[..2]).is_err(), "a missing size is told, not left out");
    }
}
