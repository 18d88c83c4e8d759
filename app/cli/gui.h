// Opens the module that needs Qt.
#pragma once

#include "app/gui/gui_module.h"
#include "core/result.h"

namespace firmament::cli {

/// Opened at the first call and never closed. Fails when it is not where it was installed, or of another version.
Expected<const GuiModule*> guiModule();

} // namespace firmament::cli
