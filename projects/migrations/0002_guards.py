"""What the database itself makes sure of: ways between states, the record, whose work it is."""

from django.db import migrations

# As projects/states.py had it; a test tells when the two differ. A change needs a new migration.
WAYS = (
    "('draft','waiting'), ('waiting','draft'), ('waiting','claimed'), ('claimed','waiting'), "
    "('claimed','checking'), ('claimed','sending'), ('checking','claimed'), "
    "('checking','sending'), ('sending','claimed'), ('sending','accepted'), "
    "('sending','changes'), ('sending','unassessable'), ('changes','waiting'), "
    "('unassessable','waiting'), ('draft','parked'), ('parked','draft')"
)

STATES = f"""
CREATE FUNCTION projects_round_goes_its_ways() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF (OLD.state, NEW.state) NOT IN ({WAYS}) THEN
    RAISE EXCEPTION 'a round does not go from % to %', OLD.state, NEW.state
      USING ERRCODE = 'check_violation', CONSTRAINT = 'round_goes_its_ways';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER round_goes_its_ways BEFORE UPDATE OF state ON projects_round
  FOR EACH ROW WHEN (OLD.state IS DISTINCT FROM NEW.state)
  EXECUTE FUNCTION projects_round_goes_its_ways();
"""
NO_STATES = """
DROP TRIGGER round_goes_its_ways ON projects_round;
DROP FUNCTION projects_round_goes_its_ways();
"""

RECORD = """
CREATE FUNCTION projects_event_is_for_ever() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'the record of events is only added to'
    USING ERRCODE = 'check_violation', CONSTRAINT = 'event_is_for_ever';
END $$;
CREATE TRIGGER event_is_for_ever BEFORE UPDATE OR DELETE ON projects_event
  FOR EACH ROW EXECUTE FUNCTION projects_event_is_for_ever();
"""
NO_RECORD = """
DROP TRIGGER event_is_for_ever ON projects_event;
DROP FUNCTION projects_event_is_for_ever();
"""

OWNERS = """
ALTER TABLE projects_submission
  ADD CONSTRAINT submission_and_its_learner UNIQUE (id, learner_id);
ALTER TABLE projects_round
  ADD CONSTRAINT round_and_its_learner UNIQUE (id, learner_id),
  ADD CONSTRAINT round_is_of_the_submissions_learner
    FOREIGN KEY (submission_id, learner_id) REFERENCES projects_submission (id, learner_id);
ALTER TABLE projects_review
  ADD CONSTRAINT review_is_of_the_rounds_learner
    FOREIGN KEY (round_id, learner_id) REFERENCES projects_round (id, learner_id);
ALTER TABLE projects_secondreading
  ADD CONSTRAINT second_reading_is_of_the_rounds_learner
    FOREIGN KEY (round_id, learner_id) REFERENCES projects_round (id, learner_id);
"""
NO_OWNERS = """
ALTER TABLE projects_secondreading DROP CONSTRAINT second_reading_is_of_the_rounds_learner;
ALTER TABLE projects_review DROP CONSTRAINT review_is_of_the_rounds_learner;
ALTER TABLE projects_round DROP CONSTRAINT round_is_of_the_submissions_learner,
  DROP CONSTRAINT round_and_its_learner;
ALTER TABLE projects_submission DROP CONSTRAINT submission_and_its_learner;
"""


class Migration(migrations.Migration):
    dependencies = [("projects", "0001_initial")]

    operations = [
        migrations.RunSQL(STATES, NO_STATES),
        migrations.RunSQL(RECORD, NO_RECORD),
        migrations.RunSQL(OWNERS, NO_OWNERS),
    ]
