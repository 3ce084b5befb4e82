// Values that are computed when they are first asked for, and kept. Safe to ask from several threads.
#pragma once

#include <memory>
#include <mutex>
#include <optional>

namespace tilewright {

/// One thread computes, the others wait. A computation that throws leaves no value; it must not ask for this value
/// itself, nor start parallel loops, which may come back to it.
template <class T>
class Once {
 public:
  template <class Compute>
  const T& get(Compute compute) const {
    const std::lock_guard lock(mutex_);
    if (!value_) value_ = compute();
    return *value_;
  }

 private:
  mutable std::mutex mutex_;
  mutable std::optional<T> value_;
};

/// The value of the key that was asked for last. Nobody waits: several threads may compute.
template <class Key, class T>
class Latest {
 public:
  template <class Compute>
  std::shared_ptr<const T> get(const Key& key, Compute compute) const {
    {
      const std::lock_guard lock(mutex_);
      if (value_ && key_ == key) return value_;
    }
    auto value = std::make_shared<const T>(compute());
    const std::lock_guard lock(mutex_);
    key_ = key;
    value_ = value;
    return value;
  }

 private:
  mutable std::mutex mutex_;
  mutable Key key_ = {};
  mutable std::shared_ptr<const T> value_;
};

}  // namespace tilewright
