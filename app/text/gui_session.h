// Qt's text engine for a program that may have no window. One thread.
#pragma once

#include <memory>
#include <string>

namespace firmament::text {

/// While it lives there is a QGuiApplication: the program's own, or one made here on the offscreen platform.
class GuiSession {
public:
    GuiSession();
    ~GuiSession();
    /// The bundled typeface, known to Qt from here on: "Firmament Sans", else Inter, else DejaVu Sans, else Qt's default.
    const std::string& family() const { return family_; }

private:
    struct OwnApplication;
    std::unique_ptr<OwnApplication> own_;
    std::string family_;
};

/// Makes the bundled typeface known to Qt (wants a QGuiApplication) and returns the family to use.
std::string registerFonts();

} // namespace firmament::text
