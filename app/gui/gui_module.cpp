#include "app/gui/gui_module.h"

#include "app/text/label_source.h"

namespace {

std::unique_ptr<firmament::scene::LabelSource> makeLabels() { return std::make_unique<firmament::text::QtLabelSource>(); }

constexpr firmament::GuiModule kModule{
    FIRMAMENT_VERSION,
    makeLabels,
    firmament::picture::encodePdf,
#ifdef FIRMAMENT_WITH_WINDOW
    firmament::window::runWindow,
    firmament::window::benchWindow,
#else
    nullptr,
    nullptr,
#endif
};

} // namespace

extern "C" __attribute__((visibility("default"))) const firmament::GuiModule* firmamentGuiModule() { return &kModule; }
