#include "explore/model/import.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <nlohmann/json.hpp>
#include <optional>
#include <set>

#include "common/error.hpp"

namespace tilewright {

namespace {

using Json = nlohmann::json;

// What says nothing of shapes, as it begins or ends.
constexpr std::array without_shapes{"architectures",
                                    "model_type",
                                    "_name_or_path",
                                    "transformers_version",
                                    "auto_map",
                                    "hidden_act",
                                    "hidden_activation",
                                    "initializer_range",
                                    "max_position_embeddings",
                                    "rms_norm_eps",
                                    "rope_",
                                    "partial_rotary",
                                    "tie_word_embeddings",
                                    "use_cache",
                                    "attention_dropout",
                                    "attention_bias",
                                    "mlp_bias",
                                    "pretraining_tp",
                                    "router_",
                                    "output_router_logits",
                                    "norm_topk_prob",
                                    "topk_",
                                    "n_group",
                                    "scoring_func",
                                    "routed_scaling_factor",
                                    "aux_loss_alpha",
                                    "seq_aux",
                                    "ep_size",
                                    "swiglu_limit",
                                    "query_pre_attn_scalar",
                                    "final_logit_softcapping",
                                    "attn_logit_softcapping",
                                    "cache_implementation",
                                    "dtype",
                                    "torch_dtype"};
constexpr std::array without_shapes_at_end{"_token_id", "_token_index", "_dropout"};

class Importer {
 public:
  Importer(const Json& json, std::string file) : json_(json), file_(std::move(file)) {}

  ImportedModel import() {
    require_decoder();
    const bool latent = json_.contains("kv_lora_rank");
    model_.from = latent ? "latent-decoder" : "decoder";
    add("L", "num_hidden_layers");
    add("D", "hidden_size");
    add("H", "num_attention_heads");
    require_attention_layers();
    latent ? add_latent() : add_heads();
    if (!latent) add_window();
    add("U", "intermediate_size");
    add("N", "vocab_size");
    add_experts(latent);
    add_words();
    warn_of_others();
    return std::move(model_);
  }

 private:
  [[noreturn]] void fail(const std::string& key, const std::string& what) const {
    throw InputError({file_, 0, 0}, key, what);
  }

  void require_decoder() {
    used_.insert("architectures");
    const std::vector<std::string> names = json_.value("architectures", std::vector<std::string>{});
    const bool decodes = std::ranges::any_of(names, [](const std::string& name) {
      return name.ends_with("ForCausalLM") || name.ends_with("ForConditionalGeneration");
    });
    if (!decodes)
      fail("architectures",
           fmt::format("expected a decoder, as in LlamaForCausalLM, got '{}'", fmt::join(names, ", ")));
  }

  // Nothing where the configuration does not have it, or has null.
  std::optional<double> find(const std::string& key) {
    used_.insert(key);
    const auto found = json_.find(key);
    if (found == json_.end() || found->is_null()) return {};
    if (!found->is_number() || !(found->get<double>() >= 0) ||
        found->get<double>() != std::floor(found->get<double>()))
      fail(key, fmt::format("expected a whole number, got {}", found->dump()));
    return found->get<double>();
  }

  double number(const std::string& key) {
    const auto value = find(key);
    if (!value) fail(key, "missing key");
    if (*value < 1) fail(key, fmt::format("expected at least 1, got {:g}", *value));
    return *value;
  }

  // The first of several names that is there.
  std::optional<std::pair<std::string, double>> first(const std::vector<std::string>& keys) {
    std::optional<std::pair<std::string, double>> found;
    for (const std::string& key : keys)
      if (const auto value = find(key); value && !found) found = {key, *value};
    return found;
  }

  void put(const std::string& name, double value, const std::string& key) {
    model_.shapes.push_back({name, fmt::format("{:.0f}", value), key});
  }
  void add(const std::string& name, const std::string& key) { put(name, number(key), key); }

  void add_heads() {
    const double heads = number("num_attention_heads");
    const auto shared = find("num_key_value_heads");
    put("G", shared.value_or(heads), shared ? "num_key_value_heads" : "num_attention_heads");
    const auto dim = find("head_dim");
    if (!dim && std::fmod(number("hidden_size"), heads) != 0)
      fail("num_attention_heads", fmt::format("expected a divisor of hidden_size, got {:g}", heads));
    put("E", dim.value_or(number("hidden_size") / heads), dim ? "head_dim" : "hidden_size / num_attention_heads");
  }

  void add_latent() {
    for (const char* key : {"num_key_value_heads", "head_dim"})
      used_.insert(key);  // those of the latent row are others
    add("A", "q_lora_rank");
    add("R", "kv_lora_rank");
    add("E", "qk_nope_head_dim");
    const double rotated = number("qk_rope_head_dim");
    if (std::fmod(rotated, 2) != 0)
      fail("qk_rope_head_dim", fmt::format("expected an even number, got {:g}", rotated));
    put("C", rotated / 2, "qk_rope_head_dim / 2");
    add("F", "v_head_dim");
  }

  // Layers of other kinds, such as those with a state, are no attention.
  void require_attention_layers() {
    used_.insert("layer_types");
    const auto types = json_.find("layer_types");
    if (types == json_.end() || !types->is_array()) return;
    for (const Json& type : *types)
      if (type != "sliding_attention" && type != "full_attention")
        fail("layer_types", fmt::format("expected sliding_attention or full_attention, got {}", type.dump()));
  }

  void add_window() {
    const auto window = find("sliding_window");
    used_.insert("use_sliding_window");
    const auto pattern = first({"sliding_window_pattern", "_sliding_window_pattern"});
    const auto whole = find("max_window_layers");  // of the first layers, without a window
    if (!window || !json_.value("use_sliding_window", true)) return;
    const double layers = number("num_hidden_layers");
    double near = layers;
    std::string key = "num_hidden_layers";
    if (const auto types = json_.find("layer_types"); types != json_.end() && types->is_array()) {
      near = static_cast<double>(std::ranges::count(*types, Json("sliding_attention")));
      key = "layer_types";
    } else if (pattern) {
      near = layers - std::floor(layers / std::max(1.0, pattern->second));
      key = pattern->first;
    } else if (whole) {
      near = std::max(0.0, layers - *whole);
      key = "max_window_layers";
    } else {
      model_.warnings.emplace_back(
          "sliding_window: nothing says in which layers it is, so it is taken to be in all of them");
    }
    put("near", near, key);
    put("window", number("sliding_window"), "sliding_window");
  }

  void add_experts(bool latent) {
    const auto experts = first({"num_experts", "num_local_experts", "n_routed_experts"});
    const auto chosen = first({"num_experts_per_tok", "experts_per_token"});
    const auto width = find("moe_intermediate_size");
    const auto shared = find("n_shared_experts");
    const auto shared_width = find("shared_expert_intermediate_size");
    const auto dense = find("first_k_dense_replace");
    const auto step = first({"decoder_sparse_step", "moe_layer_freq"});
    used_.insert("mlp_only_layers");
    if (!experts || experts->second == 0) {
      if (latent) fail("n_routed_experts", "missing key");
      return;
    }
    if (step && step->second != 1)
      fail(step->first, "expected 1: experts in every layer, or in all after the first");
    if (!chosen) fail("num_experts_per_tok", "missing key");
    put("X", experts->second, experts->first);
    put("k", chosen->second, chosen->first);
    const double inner = width.value_or(number("intermediate_size"));
    put("UX", inner, width ? "moe_intermediate_size" : "intermediate_size");
    if (shared) put("shared", *shared, "n_shared_experts");
    if (shared_width) put("shared", *shared_width / inner, "shared_expert_intermediate_size");
    if (dense) put("dense", *dense, "first_k_dense_replace");
    const auto only = json_.find("mlp_only_layers");
    if (only != json_.end() && only->is_array() && !only->empty())
      put("dense", static_cast<double>(only->size()), "mlp_only_layers");
  }

  void add_words() {
    const std::string key = json_.contains("dtype") ? "dtype" : "torch_dtype";
    if (const auto type = json_.find(key); type != json_.end() && type->is_string()) {
      const std::string name = *type;
      if (name != "bfloat16" && name != "float16" && name != "float32")
        fail(key, fmt::format("expected bfloat16, float16 or float32, got '{}'", name));
      put("bits", name == "float32" ? 32 : 16, key);
    }
    used_.insert("quantization_config");
    const auto quantised = json_.find("quantization_config");
    if (quantised == json_.end() || !quantised->is_object()) return;
    const std::string method = quantised->value("quant_method", "");
    if (method == "fp8") return put("weight_bits", 8, "quantization_config.quant_method");
    if (method == "mxfp4") return put("expert_bits", 4, "quantization_config.quant_method");
    if (const auto bits = quantised->find("bits"); bits != quantised->end() && bits->is_number())
      return put("weight_bits", *bits, "quantization_config.bits");
    model_.warnings.push_back(fmt::format(
        "quantization_config: words of '{}' are not known here, and those of the weights stay", method));
  }

  void warn_of_others() {
    const auto is_known = [&](const std::string& key) {
      return used_.contains(key) ||
             std::ranges::any_of(without_shapes, [&](const char* start) { return key.starts_with(start); }) ||
             std::ranges::any_of(without_shapes_at_end, [&](const char* end) { return key.ends_with(end); });
    };
    for (const auto& [key, value] : json_.items())
      if (!is_known(key)) model_.warnings.push_back(fmt::format("{}: it has no effect on the model", key));
  }

  const Json& json_;
  std::string file_;
  std::set<std::string> used_;
  ImportedModel model_;
};

}  // namespace

ImportedModel import_model(const std::string& text, const std::string& file) {
  const Json json = Json::parse(text, nullptr, false);
  if (!json.is_object()) throw InputError({file, 0, 0}, "", "expected a JSON object, as config.json is");
  // Of models that also see or hear: what is said of their language model.
  const auto nested = json.find("text_config");
  try {
    if (nested == json.end() || !nested->is_object()) return Importer(json, file).import();
    Json inner = *nested;
    if (json.contains("architectures")) inner["architectures"] = json["architectures"];
    ImportedModel model = Importer(inner, file).import();
    model.warnings.emplace_back("text_config: the language model alone is there");
    return model;
  } catch (const Json::exception&) {
    throw InputError({file, 0, 0}, "", "a value is of another kind than config.json has there");
  }
}

std::string to_yaml(const ImportedModel& model, const std::string& name, const std::string& source) {
  std::string text =
      fmt::format("model:\n  name: {}\n  description: imported, a {}\n  source: {}\n  from: {}\n  shapes:\n", name,
                  model.from, Json(source).dump(), model.from);
  for (const ImportedShape& shape : model.shapes)
    text += fmt::format("    {}: {}  # {}\n", shape.name, shape.value, shape.key);
  return text;
}

}  // namespace tilewright
