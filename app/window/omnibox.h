// One box for everything: names, positions, surveys, layers, files, commands. Answers at once from what is built in.
#pragma once

#include <QLineEdit>
#include <QPointer>

#include "app/window/omni_engine.h"

class QListView;
class QFrame;

namespace firmament::window {

class OmniModel;

class OmniBox final : public QLineEdit {
    Q_OBJECT
public:
    OmniBox(Controller& controller, QWidget* parent);
    ~OmniBox() override;
    void open(const QString& text = {});

protected:
    void keyPressEvent(QKeyEvent* event) override;
    void focusOutEvent(QFocusEvent* event) override;
    void focusInEvent(QFocusEvent* event) override;
    void paintEvent(QPaintEvent* event) override;

private:
    void refresh();
    void ensureList();
    void showList();
    void close();
    void choose(int row);
    void step(int by);

    Controller& c_;
    OmniEngine engine_;
    OmniModel* model_ = nullptr;
    QPointer<QFrame> frame_;
    QListView* list_ = nullptr;
    QPointer<QWidget> cameFrom_;
    QStringList past_;
    int pastAt_ = -1;
};

} // namespace firmament::window
