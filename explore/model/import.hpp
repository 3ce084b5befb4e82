// A model file from a configuration of Hugging Face's transformers (config.json), for language models that are
// decoders: their keys are those of its documentation of PretrainedConfig and of the models' classes.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace tilewright {

struct ImportedShape {
  std::string name;   ///< of the model that it is from
  std::string value;  ///< a number
  std::string key;    ///< of the configuration
};

struct ImportedModel {
  std::string from;  ///< the model of configs/models whose parts it has
  std::vector<ImportedShape> shapes;
  std::vector<std::string> warnings;  ///< of what the configuration has and no shape says
};

/// Throws InputError for text that is no JSON object, a key that is missing or no number, and a model that no
/// decoder is like: `file` and the key are named.
ImportedModel import_model(const std::string& text, const std::string& file);

/// A model file.
std::string to_yaml(const ImportedModel& model, const std::string& name, const std::string& source);

}  // namespace tilewright
