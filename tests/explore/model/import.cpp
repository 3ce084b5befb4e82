#include "explore/model/import.hpp"

#include <algorithm>
#include <string>

#include <catch2/catch.hpp>

#include "explore/model/model.hpp"
#include "tests/common/messages.hpp"

namespace tilewright::test::TEST_FILE {

namespace {

const std::string small =
    R"("architectures": ["XForCausalLM"], "hidden_size": 96, "num_hidden_layers": 9, "num_attention_heads": 6,)"
    R"( "intermediate_size": 200, "vocab_size": 70)";

std::string value_of(const ImportedModel& model, const std::string& name) {
  const auto found = std::ranges::find(model.shapes, name, &ImportedShape::name);
  return found == model.shapes.end() ? "" : found->value;
}

ImportedModel imported(const std::string& more) { return import_model("{" + small + more + "}", "config.json"); }

std::string error_of(const std::string& text) {
  return message_of([&] { (void)import_model(text, "config.json"); });
}

}  // namespace

TEST_CASE("a configuration without anything else is a plain decoder") {
  const ImportedModel model = imported("");
  CHECK(model.from == "decoder");
  CHECK(value_of(model, "G") == "6");
  CHECK(value_of(model, "E") == "16");
  CHECK(value_of(model, "X").empty());
  CHECK(value_of(model, "near").empty());
  CHECK(model.warnings.empty());
}

TEST_CASE("windows are in the layers that the configuration says") {
  const ImportedModel all = imported(R"(, "sliding_window": 64)");
  CHECK(value_of(all, "near") == "9");
  CHECK(all.warnings.size() == 1);
  CHECK(message_of([] { (void)imported(R"(, "layer_types": ["linear_attention", "full_attention"])"); }) ==
        "config.json: layer_types: expected sliding_attention or full_attention, got \"linear_attention\"");
  CHECK(value_of(imported(R"(, "sliding_window": null)"), "near").empty());
  CHECK(value_of(imported(R"(, "sliding_window": 64, "use_sliding_window": false)"), "near").empty());
  CHECK(value_of(imported(R"(, "sliding_window": 64, "sliding_window_pattern": 3)"), "near") == "6");
  CHECK(value_of(imported(R"(, "sliding_window": 64, "max_window_layers": 7)"), "near") == "2");
  CHECK(value_of(imported(R"(, "sliding_window": 64, "layer_types": ["sliding_attention", "full_attention"])"),
                 "near") == "1");
}

TEST_CASE("experts, latent rows and words are taken over, what is left is named") {
  const ImportedModel experts = imported(
      R"(, "n_routed_experts": 8, "num_experts_per_tok": 2, "moe_intermediate_size": 50, "n_shared_experts": 1,)"
      R"( "first_k_dense_replace": 2, "kv_lora_rank": 32, "q_lora_rank": 48, "qk_nope_head_dim": 16,)"
      R"( "qk_rope_head_dim": 8, "v_head_dim": 12, "torch_dtype": "float16",)"
      R"( "quantization_config": {"quant_method": "fp8"}, "surprise": 3, "rope_theta": 5)");
  CHECK(experts.from == "latent-decoder");
  CHECK(value_of(experts, "X") == "8");
  CHECK(value_of(experts, "C") == "4");
  CHECK(value_of(experts, "dense") == "2");
  CHECK(value_of(experts, "weight_bits") == "8");
  CHECK(experts.warnings == std::vector<std::string>{"surprise: it has no effect on the model"});
  const Model model = parse_model(Yaml::parse(to_yaml(experts, "mine", "a \"file\""), "m.yaml"));
  CHECK(model.name == "mine");
  CHECK(model.source == "a \"file\"");
}

TEST_CASE("what is no decoder is refused, and what is missing is named") {
  CHECK(error_of("[1]") == "config.json: expected a JSON object, as config.json is");
  CHECK(error_of("{") == "config.json: expected a JSON object, as config.json is");
  CHECK(error_of(R"({"architectures": ["BertForMaskedLM"]})") ==
        "config.json: architectures: expected a decoder, as in LlamaForCausalLM, got 'BertForMaskedLM'");
  CHECK(error_of(R"({"architectures": ["XForCausalLM"]})") == "config.json: num_hidden_layers: missing key");
  CHECK(error_of(R"({"architectures": ["XForCausalLM"], "num_hidden_layers": "9"})") ==
        "config.json: num_hidden_layers: expected a whole number, got \"9\"");
  CHECK(error_of("{" + small + R"(, "num_experts": 4, "num_experts_per_tok": 2, "decoder_sparse_step": 2})")
            .find("decoder_sparse_step: expected 1") != std::string::npos);
  CHECK(error_of(R"({"architectures": 3})") ==
        "config.json: a value is of another kind than config.json has there");
}

}  // namespace tilewright::test::TEST_FILE
