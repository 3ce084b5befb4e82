#include "arch/parse_unit.hpp"

#include <cmath>
#include <string>

#include <catch2/catch.hpp>

#include "tests/common/messages.hpp"

namespace tilewright::test::TEST_FILE {

namespace {

ComputeUnit read(const std::string& unit) {
  ArchValues values;
  values.set("N", 16);
  return read_unit(Yaml::parse(unit, "u.yaml"), Arch{}, values);
}

std::string error(const std::string& unit) {
  return message_of([&] { read(unit); });
}

std::string operations_error(const std::string& operations) {
  return error("{name: u, lanes: 1, operations: {" + operations + "}}");
}

}  // namespace

TEST_CASE("lanes and costs are expressions") {
  const ComputeUnit unit = read("{name: u, lanes: N * N, operations: {exp: {cycles: N / 4}}, area_m2: N * 2 um2}");
  CHECK(unit.lanes == 256);
  CHECK(unit.find("exp")->cycles == 4);
  CHECK(std::isnan(unit.find("exp")->energy_J));
  CHECK(unit.area_m2 == Approx(32e-12));
}

TEST_CASE("an operation made of others costs their sum") {
  const ComputeUnit unit = read(
      "{name: u, lanes: 1, operations: {add: {cycles: 2, energy_J: 3 pJ}, max: {cycles: 1, energy_J: 1 pJ}, "
      "exp: {made_of: {add: 6, max: 2}}, tanh: {made_of: {exp: 2, add: 0.5}}}}");
  CHECK(unit.find("exp")->kind == "exp");
  CHECK(unit.find("exp")->cycles == 14);
  CHECK(unit.find("exp")->energy_J == Approx(20e-12));
  CHECK(unit.find("tanh")->cycles == 29);
  CHECK(unit.find("tanh")->energy_J == Approx(41.5e-12));
}

TEST_CASE("an operation made of one with unknown energy has unknown energy") {
  const ComputeUnit unit = read("{name: u, lanes: 1, operations: {add: {cycles: 2}, exp: {made_of: {add: 6}}}}");
  CHECK(unit.find("exp")->cycles == 12);
  CHECK(std::isnan(unit.find("exp")->energy_J));
}

TEST_CASE("operations may take fewer cycles for operands of shorter words") {
  const ComputeUnit unit = read(
      "{name: u, lanes: 1, operations: {multiply_add: {cycles: 4, cycles_by_word_B: {1: 2, 0.5: N / 16}}, "
      "add: {cycles: 1, cycles_by_word_B: {2: 0.5}}, exp: {made_of: {multiply_add: 2, add: 4}}}}");
  const OperationCost& product = *unit.find("multiply_add");
  CHECK(product.cycles_for(4) == 4);
  CHECK(product.cycles_for(1.5) == 4);
  CHECK(product.cycles_for(1) == 2);
  CHECK(product.cycles_for(0.75) == 2);
  CHECK(product.cycles_for(0.5) == 1);
  CHECK(product.cycles_for(0.25) == 1);
  CHECK(product.least_cycles() == 1);
  CHECK(unit.find("add")->least_cycles() == 0.5);
  const OperationCost& exp = *unit.find("exp");
  CHECK(exp.cycles_for(4) == 2 * 4 + 4);
  CHECK(exp.cycles_for(2) == 2 * 4 + 2);
  CHECK(exp.cycles_for(1) == 2 * 2 + 2);
  CHECK(exp.cycles_for(0.5) == 2 * 1 + 2);
}

TEST_CASE("wrong cycles of shorter words are refused") {
  const auto by_word = [](const std::string& text) {
    return operations_error("add: {cycles: 1, cycles_by_word_B: " + text + "}");
  };
  CHECK(by_word("0.5") == "u.yaml:1:69: operations.add.cycles_by_word_B: expected a map, got '0.5'");
  CHECK(by_word("{}") == "u.yaml:1:69: operations.add.cycles_by_word_B: expected at least one size of words");
  CHECK(by_word("{fp8: 0.5}") ==
        "u.yaml:1:75: operations.add.cycles_by_word_B.fp8: expected the bytes of an element as key, got 'fp8'");
  CHECK(by_word("{0: 0.5}") ==
        "u.yaml:1:73: operations.add.cycles_by_word_B.0: expected the bytes of an element as key, got '0'");
  CHECK(by_word("{1: 0}") == "u.yaml:1:73: operations.add.cycles_by_word_B.1: expected more than 0, got 0");
  CHECK(by_word("{1: 0.5, 1.0: 0.25}") ==
        "u.yaml:1:69: operations.add.cycles_by_word_B: words of 1 B are there twice");
  CHECK(by_word("{1: 2}") ==
        "u.yaml:1:69: operations.add.cycles_by_word_B: words of 1 B take 2 cycles, longer ones 1: expected no more "
        "for shorter words");
  CHECK(by_word("{2: 0.25, 1: 0.5}") ==
        "u.yaml:1:69: operations.add.cycles_by_word_B: words of 1 B take 0.5 cycles, longer ones 0.25: expected no "
        "more for shorter words");
  CHECK(operations_error("add: {cycles: 1}, exp: {made_of: {add: 6}, cycles_by_word_B: {1: 2}}") ==
        "u.yaml:1:57: operations.exp: 'made_of' gives cycles and energy; they cannot stand beside it");
  CHECK(message_of([] {
          Arch arch;
          arch.units.push_back({.name = "a", .lanes = 4, .operations = {{"add", 1}}});
          read_unit(Yaml::parse("{name: u, alternative_to: a, lanes: 4, operations: {add: {cycles: 1, "
                                "cycles_by_word_B: {1: 0.5}}}}",
                                "u.yaml"),
                    arch, ArchValues{});
        }) == "u.yaml:1:52: operations: 8 a cycle of 'add' of words of 1 B is more than the 4 of unit 'a'");
}

TEST_CASE("wrong units are refused") {
  CHECK(error("{name: u, operations: {}}") == "u.yaml:1:1: missing key 'lanes'");
  CHECK(error("{name: u, lanes: 1}") == "u.yaml:1:1: missing key 'operations'");
  CHECK(error("{name: u, lane: 1, operations: {}}") == "u.yaml:1:11: lane: unknown key; did you mean 'lanes'?");
  CHECK(error("{name: u, lanes: 0, operations: {}}") == "u.yaml:1:18: lanes: expected more than 0, got 0");
  CHECK(error("{name: u, lanes: N MiB, operations: {}}") == "u.yaml:1:20: lanes: expected an operator, got 'MiB'");
  CHECK(error("{name: u, lanes: 1, chained: yes, operations: {}}") ==
        "u.yaml:1:30: chained: expected true or false, got 'yes'");
  CHECK(error("{name: u, lanes: 1, operations: []}") == "u.yaml:1:33: operations: expected a map, got a list");
  CHECK(error("{name: u, lanes: 1, operations: {}}") == "u.yaml:1:33: operations: expected at least one operation");
  CHECK(message_of([] {
          Arch arch;
          arch.units.resize(1);
          arch.units.front().name = "u";
          read_unit(Yaml::parse("{name: u, lanes: 1, operations: {add: {cycles: 1}}}", "u.yaml"), arch,
                    ArchValues{});
        }) == "u.yaml:1:8: name: unit 'u' is there twice");
}

TEST_CASE("wrong operations are refused") {
  CHECK(operations_error("add: {}") == "u.yaml:1:39: operations.add: missing key 'cycles'");
  CHECK(operations_error("add: {cycles: 0}") == "u.yaml:1:48: operations.add.cycles: expected more than 0, got 0");
  CHECK(operations_error("add: {cycles: -1}") ==
        "u.yaml:1:48: operations.add.cycles: expected more than 0, got -1");
  CHECK(operations_error("add: {cycles: 1 GHz}") ==
        "u.yaml:1:48: operations.add.cycles: expected a plain number, got '1 GHz' (in Hz)");
  CHECK(operations_error("add: {cycles: 1, energy_J: -1 pJ}") ==
        "u.yaml:1:61: operations.add.energy_J: expected 0 or more, got -1e-12");
  CHECK(operations_error("add: {cycles: 1, energy: 1 pJ}") ==
        "u.yaml:1:51: operations.add.energy: unknown key; did you mean 'energy_J'?");
  CHECK(operations_error("add: {cycles: 1}, add: {cycles: 2}") ==
        "u.yaml:1:52: duplicate key 'add' (first at line 1)");
  CHECK(operations_error("exp: {made_of: {add: 6}}, add: {cycles: 1}") ==
        "u.yaml:1:55: operations.exp.made_of.add: no operation 'add' before this one");
  CHECK(operations_error("add: {cycles: 1}, exp: {made_of: {ad: 6}}") ==
        "u.yaml:1:72: operations.exp.made_of.ad: no operation 'ad' before this one; did you mean 'add'?");
  CHECK(operations_error("add: {cycles: 1}, exp: {made_of: {add: 0}}") ==
        "u.yaml:1:73: operations.exp.made_of.add: expected more than 0, got 0");
  CHECK(operations_error("add: {cycles: 1}, exp: {made_of: {}}") ==
        "u.yaml:1:67: operations.exp.made_of: expected at least one operation");
  CHECK(operations_error("add: {cycles: 1}, exp: {made_of: {add: 6}, cycles: 3}") ==
        "u.yaml:1:57: operations.exp: 'made_of' gives cycles and energy; they cannot stand beside it");
}

TEST_CASE("energies of short words are read, and operations that are made of others add them up") {
  const ComputeUnit unit = read(
      "{name: u, lanes: 1, operations: {multiply_add: {cycles: 1, energy_J: 4 pJ, energy_J_by_word_B: {1: 1 pJ, 2: "
      "3 "
      "pJ}}, add: {cycles: 1, energy_J: 1 pJ}, exp: {made_of: {multiply_add: 2, add: 1}}}}");
  const OperationCost& multiply_add = *unit.find("multiply_add");
  CHECK(multiply_add.energy_for(4) == 4e-12);
  CHECK(multiply_add.energy_for(2) == 3e-12);
  CHECK(multiply_add.energy_for(1) == 1e-12);
  CHECK(multiply_add.energy_for(0.5) == 1e-12);
  CHECK(unit.find("exp")->energy_for(4) == Approx(9e-12));
  CHECK(unit.find("exp")->energy_for(1) == Approx(3e-12));
  CHECK(operations_error("add: {cycles: 1, energy_J_by_word_B: {1: 1 pJ}}") ==
        "u.yaml:1:71: operations.add.energy_J_by_word_B: expected 'energy_J' as well, of longer words");
  CHECK(operations_error("add: {cycles: 1, energy_J: 1 pJ, energy_J_by_word_B: {}}") ==
        "u.yaml:1:87: operations.add.energy_J_by_word_B: expected at least one size of words");
  CHECK(operations_error("add: {cycles: 1, energy_J: 1 pJ, energy_J_by_word_B: {1: 1 pJ, 1.0: 2 pJ}}") ==
        "u.yaml:1:87: operations.add.energy_J_by_word_B: words of 1 B are there twice");
}

}  // namespace tilewright::test::TEST_FILE
