// Sheets over the sky: all keys, and about the program. Not dialogues: Esc or a click on the cross closes them.
#pragma once

#include <QWidget>

#include "app/window/controller.h"
#include "render/renderer.h"

class QVBoxLayout;
class QLineEdit;
class QScrollArea;

namespace firmament::window {

class IconButton;

class Sheet : public QWidget {
    Q_OBJECT
public:
    Sheet(Controller& controller, const QString& title, QWidget* parent);
    virtual void focusStart();

signals:
    void closeWanted();

protected:
    void paintEvent(QPaintEvent*) override;
    void mousePressEvent(QMouseEvent* e) override;
    void keyPressEvent(QKeyEvent* e) override;
    Controller& c_;
    QVBoxLayout* column_;

private:
    IconButton* close_;
};

class KeySheet final : public Sheet {
    Q_OBJECT
public:
    KeySheet(Controller& controller, QWidget* parent);
    QSize sizeHint() const override { return {880, 640}; }
    void focusStart() override;

private:
    void fill(const QString& filter);
    bool eventFilter(QObject* watched, QEvent* event) override;
    QLineEdit* search_;
    QScrollArea* scroll_;
    QWidget* grid_;
};

/// Whose the sky is that is shown now, whole: what the canvas has room for only in part.
class CreditsSheet final : public Sheet {
    Q_OBJECT
public:
    CreditsSheet(Controller& controller, QWidget* parent);
    QSize sizeHint() const override;
};

class AboutSheet final : public Sheet {
    Q_OBJECT
public:
    AboutSheet(Controller& controller, const render::GpuInfo* gpu, QWidget* parent);
    QSize sizeHint() const override;
};

} // namespace firmament::window
