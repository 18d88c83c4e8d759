// The list of all commands with their keys, and the field in which new keys are pressed.
#pragma once

#include <QAbstractListModel>
#include <QLineEdit>
#include <QListView>
#include <QPointer>

#include "app/window/controller.h"

class QLabel;

namespace firmament::window {

/// Takes the next key that is pressed in it. Tab leaves, Esc gives up.
class KeyField final : public QLineEdit {
    Q_OBJECT
public:
    explicit KeyField(QWidget* parent);

signals:
    void captured(const QKeySequence& key);
    void givenUp();

protected:
    bool event(QEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
};

class KeyModel final : public QAbstractListModel {
    Q_OBJECT
public:
    KeyModel(const CommandRegistry& commands, QObject* parent);
    void setFilter(const QString& text);
    void refresh(); ///< commands or keys changed
    const Command* command(int row) const { return rows_.value(row); }
    int rowOf(const QString& id) const;
    bool begins(int row) const; ///< the first of its group
    int rowCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role) const override;

private:
    const CommandRegistry& commands_;
    QString filter_;
    QList<const Command*> rows_;
};

/// As tall as all its rows: the page that holds it scrolls. Enter or a click opens the editor of a row.
class KeyList final : public QListView {
    Q_OBJECT
public:
    KeyList(Controller& controller, QWidget* parent);
    /// Shows the commands that have the text in them; how many there are.
    int setFilter(const QString& text);
    void edit(const QString& id);
    KeyField* field() const { return field_; } ///< of the open editor; null when none is open

signals:
    void revealWanted(const QRect& part); ///< in the coordinates of this list
    void heightChanged();

protected:
    void keyPressEvent(QKeyEvent* event) override;
    void currentChanged(const QModelIndex& current, const QModelIndex& previous) override;
    void wheelEvent(QWheelEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;

private:
    class Delegate;
    void closeEditor();
    void fit();
    void take(const QKeySequence& key);
    void say(const QString& text, bool wrong);
    QWidget* makeEditor(const Command& command);

    Controller& c_;
    KeyModel* model_;
    QString editing_;
    bool adding_ = false;
    QPointer<KeyField> field_;
    QPointer<QLabel> note_;
};

} // namespace firmament::window
