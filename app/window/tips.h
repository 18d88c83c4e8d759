// One hint at a time, each at most once: what the program can do and the user may not have seen. ui thread.
#pragma once

#include <QObject>
#include <QString>
#include <QTimer>

#include "app/window/controller.h"

namespace firmament::window {

class Tips final : public QObject {
    Q_OBJECT
public:
    explicit Tips(Controller& controller, QObject* parent = nullptr);
    const QString& current() const { return current_; } ///< empty: none now
    /// Shows the next one that was never shown and whose command exists; false when all have been.
    bool showNext();
    void end(); ///< takes the present one away

signals:
    void changed();

private:
    Controller& c_;
    QString current_;
    QTimer timer_;
};

} // namespace firmament::window
