#include "app/cli/gui.h"

#include <dlfcn.h>

#include "core/resources.h"

namespace firmament::cli {

namespace {

Expected<const GuiModule*> open()
{
    const std::filesystem::path file = programFolder().parent_path() / FIRMAMENT_GUI_MODULE;
    void* const library = dlopen(file.c_str(), RTLD_LAZY | RTLD_LOCAL);
    if (!library) return Error{Errc::NotFound, std::string("cannot be opened, expected the part of the program that writes letters and opens the window: ") + dlerror(), file.string(), 0, false};
    const auto entry = reinterpret_cast<const GuiModule* (*)()>(dlsym(library, kGuiModuleEntry));
    const GuiModule* const module = entry ? entry() : nullptr;
    if (!module || std::string_view(module->version) != FIRMAMENT_VERSION)
        return Error{Errc::Unsupported, std::string("is of another program, expected that of Firmament ") + FIRMAMENT_VERSION, file.string(), 0, false};
    return module;
}

} // namespace

Expected<const GuiModule*> guiModule()
{
    static const Expected<const GuiModule*> module = open();
    return module;
}

} // namespace firmament::cli
