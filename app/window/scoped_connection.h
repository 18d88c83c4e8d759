// A connection that ends before the widget that it calls comes apart: the application tells of focus while a window closes,
// when only the QWidget of it is left.
#pragma once

#include <QObject>
#include <utility>

namespace firmament::window {

class ScopedConnection final {
public:
    ScopedConnection() = default;
    ScopedConnection(QMetaObject::Connection connection) : connection_(std::move(connection)) {}
    ScopedConnection(ScopedConnection&& o) noexcept : connection_(std::exchange(o.connection_, {})) {}
    ScopedConnection& operator=(ScopedConnection&& o) noexcept
    {
        std::swap(connection_, o.connection_);
        return *this;
    }
    ~ScopedConnection() { QObject::disconnect(connection_); }

private:
    QMetaObject::Connection connection_;
};

} // namespace firmament::window
