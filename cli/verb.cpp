#include "cli/verb.hpp"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdint>
#include <filesystem>

#include "common/error.hpp"

namespace tilewright::cli {

Check in_range(int least, int most) { return Check(std::make_shared<CLI::Range>(least, most)); }

Check in_range(double least, double most) { return Check(std::make_shared<CLI::Range>(least, most)); }

Check one_of(const std::vector<std::string>& words) { return Check(std::make_shared<CLI::IsMember>(words)); }

Check existing_folder() { return Check(std::make_shared<CLI::Validator>(CLI::ExistingDirectory)); }

Option* Option::check(const Check& check) {
  option_->check(*check.validator_);
  return this;
}

Option* Option::required() {
  option_->required();
  return this;
}

Option* Option::needs(const Option* other) {
  option_->needs(other->option_);
  return this;
}

Option* Option::capture_default_str() {
  option_->capture_default_str();
  return this;
}

Option* Option::allow_extra_args(bool allow) {
  option_->allow_extra_args(allow);
  return this;
}

std::size_t Option::count() const { return option_->count(); }

template <class T>
Option* Verb::add_option(const std::string& name, T& value, const std::string& help) {
  return &options_.emplace_back(app_.add_option(name, value, help));
}
template Option* Verb::add_option(const std::string&, std::string&, const std::string&);
template Option* Verb::add_option(const std::string&, std::vector<std::string>&, const std::string&);
template Option* Verb::add_option(const std::string&, int&, const std::string&);
template Option* Verb::add_option(const std::string&, std::int64_t&, const std::string&);
template Option* Verb::add_option(const std::string&, std::size_t&, const std::string&);
template Option* Verb::add_option(const std::string&, double&, const std::string&);
template Option* Verb::add_option(const std::string&, std::filesystem::path&, const std::string&);

Option* Verb::add_flag(const std::string& name, bool& value, const std::string& help) {
  CLI::Option* flag = app_.add_flag(name, value, help);
  flag->disable_flag_override();  // no value after it: --pad=3 is refused
  return &options_.emplace_back(flag);
}

void Verb::refuse_beside(const std::string& option, const std::vector<std::string>& used) const {
  static const std::vector<std::string> of_every_verb{"--jobs", "--quiet", "--verbose"};
  const auto in = [](const std::vector<std::string>& names, const std::string& name) {
    return std::ranges::find(names, name) != names.end();
  };
  for (const CLI::App* app : {static_cast<const CLI::App*>(&app_), static_cast<const CLI::App*>(app_.get_parent())})
    for (const CLI::Option* given : app->get_options()) {
      const std::string name = given->get_lnames().empty() ? given->get_name() : "--" + given->get_lnames().front();
      if (given->count() == 0 || name == option || in(used, name) || in(of_every_verb, name)) continue;
      throw InputError(fmt::format("{}: {}: has no effect beside {}", app_.get_name(), name, option));
    }
}

void Verb::footer(const std::string& text) { app_.footer(text); }

}  // namespace tilewright::cli
