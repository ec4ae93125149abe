from django.urls import include, path

from projects import (
    calibrating,
    commenting,
    deciding,
    desk,
    earlier,
    exporting,
    files,
    handing_in,
    importing,
    oversight,
    reading,
    replies,
    reviewing,
    saved_replies,
    second_readings,
    starter,
    views,
    writing,
)

app_name = "projects"

# What a learner does with one round, below its address.
ROUND = [
    path("save/", writing.save, name="save"),
    path("checklist/", writing.checklist, name="checklist"),
    path("preview/<slug:deliverable>/", writing.preview, name="preview"),
    path("drafts/<str:field>/", earlier.drafts, name="drafts"),
    path("drafts/<str:field>/restore/", earlier.restore, name="restore"),
    path("tables/<slug:deliverable>.csv", importing.table, name="table"),
    path("tables/<slug:deliverable>/import/", importing.import_table, name="import_table"),
    path("files/<slug:deliverable>/", files.upload, name="upload"),
    path("hand-in/", handing_in.hand_in, name="hand_in"),
    path("withdraw/", writing.withdraw, name="withdraw"),
    path("reopen/", writing.reopen, name="reopen"),
    path("next/", writing.next_round, name="next_round"),
    path("appeal/", reading.appeal, name="appeal"),
    path("changes/", reading.changes, name="changes"),
]

# What a reviewer does with one round, below its place on the desk.
REVIEW = [
    path("claim/", desk.claim, name="claim"),
    path("save/", reviewing.save_review, name="save_review"),
    path("comments/", commenting.comment, name="comment"),
    path("comments/<uuid:comment_id>/remove/", commenting.remove_comment, name="remove_comment"),
    path("decide/", deciding.decide, name="decide"),
    path("undo/", deciding.undo, name="undo"),
    path("give-back/", deciding.give_back, name="give_back"),
    path("hand-over/", deciding.hand_over, name="hand_over"),
    path("pass-on/", deciding.pass_on, name="pass_on"),
    path("send-back/", deciding.send_back, name="send_back"),
]
urlpatterns = [
    path("guides/<slug:guide>/projects/", views.projects, name="projects"),
    path("guides/<slug:guide>/projects/<slug:slug>/", views.project, name="project"),
    path("guides/<slug:guide>/projects/<slug:slug>/starter.zip", starter.starter, name="starter"),
    path("guides/<slug:guide>/projects/<slug:slug>/start/", writing.start, name="start"),
    path("submissions/<uuid:submission>/rounds/<int:number>/", writing.round, name="round"),
    path("submissions/<uuid:submission>/rounds/<int:number>/", include(ROUND)),
    path("uploads/<uuid:upload>/", files.file, name="file"),
    path("submissions/", views.submissions, name="submissions"),
    path("comments/<uuid:comment>/reply/", replies.reply, name="reply"),
    path("desk/calibration/<slug:guide>/<slug:slug>/", calibrating.calibration, name="calibration"),
    path(
        "desk/calibration/<slug:guide>/<slug:slug>/<slug:exemplar>/",
        calibrating.calibrate,
        name="calibrate",
    ),
    path("desk/second/<uuid:reading_id>/", second_readings.second_reading, name="second_reading"),
    path("desk/overview/", oversight.overview, name="overview"),
    path("desk/overview/rounds/", oversight.rounds, name="rounds"),
    path("desk/overview/export.csv", exporting.export, name="export"),
    path("desk/record/<uuid:round_id>/", oversight.record, name="record"),
    path("desk/record/<uuid:round_id>/assign/", oversight.assign, name="assign"),
    path("desk/", desk.desk, name="desk"),
    path("desk/next/", desk.claim_next, name="claim_next"),
    path("desk/bank/", saved_replies.bank, name="bank"),
    path("desk/<uuid:round_id>/", reviewing.review, name="review"),
    path("desk/<uuid:round_id>/", include(REVIEW)),
]
