#include "app/cli/embedded_sky.h"

#include "core/resources.h"

namespace firmament::cli {

Expected<std::shared_ptr<const catalogs::SkyData>> embeddedSky()
{
    const auto folder = findResource("sky");
    if (folder.empty())
        return Error{Errc::NotFound, "the embedded sky is not installed, expected share/firmament/sky beside the program", {}, 0,
                     false};
    return catalogs::SkyData::load(folder);
}

} // namespace firmament::cli
