//! With what the webview draws.

/// Lets the processor draw where nothing else can: on a machine without a graphics processor (a virtual machine, a remote
/// desktop) `WebKitGTK` would imitate one, which takes a tenth of the start and slows every frame.
///
/// The webview's processes read the choice from their environment: to be made before there is one, and after the
/// environment that agents get is known. What the user chose stays.
#[cfg(target_os = "linux")]
pub fn choose() {
    if has_graphics_processor() {
        return;
    }
    if let Err(error) = glib::setenv("WEBKIT_DISABLE_DMABUF_RENDERER", "1", false) {
        tracing::debug!(%error, "the webview draws as it likes");
    }
}

/// Whether there is one that this user may draw with: each is a render node of the kernel's.
#[cfg(target_os = "linux")]
fn has_graphics_processor() -> bool {
    let is_usable = |node: std::fs::DirEntry| {
        node.file_name().to_string_lossy().starts_with("renderD")
            && std::fs::File::options().read(true).write(true).open(node.path()).is_ok()
    };
    std::fs::read_dir("/dev/dri").is_ok_and(|nodes| nodes.flatten().any(is_usable))
}

/// The system's webview knows by itself.
#[cfg(not(target_os = "linux"))]
pub const fn choose() {}
