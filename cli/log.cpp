#include "cli/log.hpp"

#include <spdlog/spdlog.h>

namespace tilewright::cli {

void log_error(const std::string& text) { spdlog::error("{}", text); }
void log_warning(const std::string& text) { spdlog::warn("{}", text); }
void log_detail(const std::string& text) { spdlog::debug("{}", text); }

}  // namespace tilewright::cli
