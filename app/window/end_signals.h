// SIGTERM, SIGINT and SIGHUP end the window as its close button does, with all that is saved then. One at a time; ui thread.
#pragma once

#include <QObject>

namespace firmament::window {

class EndSignals final : public QObject {
    Q_OBJECT
public:
    EndSignals();
    ~EndSignals() override; ///< the signals do again what they did before

signals:
    void endWanted();

private:
    int pipe_[2] = {-1, -1};
};

} // namespace firmament::window
