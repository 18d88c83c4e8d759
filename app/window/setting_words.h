// What settings are called in the window, by their names in the file.
#pragma once

#include <QString>
#include <string>
#include <vector>

namespace firmament::window {

QString settingWords(const std::string& name);
/// "Theme", or "5 settings" for more than two.
QString settingWords(const std::vector<std::string>& names);

} // namespace firmament::window
