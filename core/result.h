// What can fail returns Expected<T>; readers of files from outside return Expected<Read<T>> (value and what was odd).
// Member names follow std::expected so that Expected can become an alias of it once the compiler has one.
#pragma once

#include <cassert>
#include <string>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

namespace firmament {

enum class Errc { Cancelled, NotFound, Http, Timeout, Network, TooLarge, Parse, Unsupported, Io, Gl, Usage, Internal };

/// Why something failed. `what` is a sentence fit for the user: what was expected and what was found.
/// `where` names the thing (URL, file, column). `http` is the status code when there was one.
struct Error {
    Errc code = Errc::Internal;
    std::string what;
    std::string where;
    int http = 0;
    bool retry = false; ///< the same request may succeed later

    /// "where: what", or just one of them when the other is empty.
    std::string text() const
    {
        if (where.empty()) return what;
        if (what.empty()) return where;
        return where + ": " + what;
    }
    bool operator==(const Error&) const = default;
};

template <class E> class Unexpected {
public:
    explicit Unexpected(E e) : error_(std::move(e)) {}
    E&& take() && { return std::move(error_); }
    const E& error() const& { return error_; }

private:
    E error_;
};

template <class T, class E = Error> class [[nodiscard]] Expected {
public:
    using value_type = T;
    Expected(T value) : data_(std::in_place_index<0>, std::move(value)) {}
    Expected(Unexpected<E> u) : data_(std::in_place_index<1>, std::move(u).take()) {}
    Expected(E error) requires(!std::is_same_v<T, E>) : data_(std::in_place_index<1>, std::move(error)) {}

    bool has_value() const noexcept { return data_.index() == 0; }
    explicit operator bool() const noexcept { return has_value(); }
    T& value() & { assert(has_value()); return std::get<0>(data_); }
    const T& value() const& { assert(has_value()); return std::get<0>(data_); }
    T&& value() && { assert(has_value()); return std::get<0>(std::move(data_)); }
    T& operator*() & { return value(); }
    const T& operator*() const& { return value(); }
    T&& operator*() && { return std::move(*this).value(); }
    T* operator->() { return &value(); }
    const T* operator->() const { return &value(); }
    const E& error() const& { assert(!has_value()); return std::get<1>(data_); }
    E&& error() && { assert(!has_value()); return std::get<1>(std::move(data_)); }
    template <class U> T value_or(U&& other) const& { return has_value() ? value() : static_cast<T>(std::forward<U>(other)); }

private:
    std::variant<T, E> data_;
};

template <class E> class [[nodiscard]] Expected<void, E> {
public:
    Expected() = default;
    Expected(Unexpected<E> u) : error_(std::move(u).take()), failed_(true) {}
    Expected(E error) : error_(std::move(error)), failed_(true) {}
    bool has_value() const noexcept { return !failed_; }
    explicit operator bool() const noexcept { return has_value(); }
    const E& error() const { assert(failed_); return error_; }

private:
    E error_{};
    bool failed_ = false;
};

/// A value read from outside, with one line for each thing that was odd but could be coped with.
template <class T> struct Read {
    T value;
    std::vector<std::string> warnings;
};

} // namespace firmament
