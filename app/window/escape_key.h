// Esc in a text field: gives up what is being typed instead of running the window's own Esc, which closes panels. ui thread.
#pragma once

#include <QWidget>
#include <functional>

namespace firmament::window {

class EscapeKey final : public QObject {
    Q_OBJECT
public:
    EscapeKey(QWidget* field, std::function<void()> giveUp); ///< lives as long as the field

protected:
    bool eventFilter(QObject* watched, QEvent* event) override;

private:
    std::function<void()> giveUp_;
};

} // namespace firmament::window
