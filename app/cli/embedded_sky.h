// The embedded stars, names and constellations, where the program keeps them. Memory-mapped: cheap to ask for again.
#pragma once

#include <memory>

#include "catalogs/sky_data.h"
#include "core/result.h"

namespace firmament::cli {

Expected<std::shared_ptr<const catalogs::SkyData>> embeddedSky();

} // namespace firmament::cli
