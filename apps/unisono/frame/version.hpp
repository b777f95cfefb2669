// What this build is: `unisono --version`, in words and as JSON.
#pragma once

#include <string>

namespace unisono::app {

std::string version_text();
std::string version_json();

}  // namespace unisono::app
