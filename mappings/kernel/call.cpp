#include "mappings/kernel/call.hpp"

#include "common/file.hpp"
#include "mappings/kernel/choice.hpp"
#include "mappings/kernel/parse.hpp"
#include "mappings/kernel/parse_pass.hpp"

namespace tilewright {

std::filesystem::path find_call(const std::string& name) { return find_config("calls", name); }

Kernel with_call(Kernel kernel, const Yaml& call, const Yaml& kernel_file, const Cascade& cascade,
                 const Arch& arch) {
  call.only({"call"});
  const Yaml yaml = call.at("call");
  yaml.only({"name", "description", "source", "caches", "host", "before", "after"});
  kernel.call = yaml.at("name").text();
  for (const char* key : {"description", "source"})
    if (yaml.find(key)) yaml.note(key);
  if (const auto caches = yaml.find("caches"))
    kernel.warm_caches = choice<bool>(*caches, {{"warm", true}, {"cold", false}});
  if (const auto host = yaml.find("host")) kernel.host_s = host->number(dimension::seconds, 1e-9, 1);
  const auto passes = [&](const char* key) {
    std::vector<KernelPass> all;
    if (const auto list = yaml.find(key))
      for (const Yaml& each : list->items())
        all.push_back(parse_pass(each, kernel_model(kernel_file), cascade, arch));
    return all;
  };
  const std::vector<KernelPass> before = passes("before");
  const std::vector<KernelPass> after = passes("after");
  kernel.before.insert(kernel.before.begin(), before.begin(), before.end());
  kernel.after.insert(kernel.after.end(), after.begin(), after.end());
  return kernel;
}

}  // namespace tilewright
