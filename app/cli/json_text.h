// JSON from outside text: bytes that are no UTF-8 are replaced, never an exception.
#pragma once

#include <string>

#include <nlohmann/json.hpp>

namespace firmament::cli {

using Json = nlohmann::ordered_json;

/// One line and a line break; `indent` >= 0 spreads it.
inline std::string jsonText(const Json& j, int indent = -1)
{
    return j.dump(indent, ' ', false, Json::error_handler_t::replace) + "\n";
}

} // namespace firmament::cli
