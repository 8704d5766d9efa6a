-- Run by the owner, the site stopped, after a backup; then `yimen verify`.
SET citus.enable_unsafe_triggers TO on; -- the record refuses UPDATE and DELETE by trigger
-- 1. foreign keys to what becomes distributed
ALTER TABLE cases_case DROP CONSTRAINT cases_case_applicant_id_756c921c_fk_people_party_id;
ALTER TABLE cases_case DROP CONSTRAINT cases_case_bundle_id_599600e2_fk_cases_bundle_id;
ALTER TABLE cases_case DROP CONSTRAINT cases_case_mandate_id_97e2c57c_fk_people_mandate_id;
ALTER TABLE cases_case DROP CONSTRAINT cases_case_presenter_id_667902b2_fk_people_party_id;
ALTER TABLE ledger_leaf DROP CONSTRAINT ledger_leaf_root_id_840c8de0_fk_ledger_root_id;
ALTER TABLE people_account DROP CONSTRAINT people_account_party_id_c2753c41_fk_people_party_id;
-- 2. every unique key of a distributed table begins with its column
ALTER TABLE cases_case DROP CONSTRAINT cases_case_enquiry_no_key, ADD CONSTRAINT cases_case_enquiry_no_key UNIQUE (street, enquiry_no);
ALTER TABLE cases_case DROP CONSTRAINT cases_case_number_key, ADD CONSTRAINT cases_case_number_key UNIQUE (street, number);
ALTER TABLE cases_case DROP CONSTRAINT cases_case_pkey, ADD CONSTRAINT cases_case_pkey PRIMARY KEY (street, id);
ALTER TABLE ledger_errand DROP CONSTRAINT ledger_errand_pkey, ADD CONSTRAINT ledger_errand_pkey PRIMARY KEY (street, id);
ALTER TABLE ledger_leaf DROP CONSTRAINT ledger_leaf_once, ADD CONSTRAINT ledger_leaf_once UNIQUE (street, root_id, stream);
ALTER TABLE ledger_leaf DROP CONSTRAINT ledger_leaf_pkey, ADD CONSTRAINT ledger_leaf_pkey PRIMARY KEY (street, id);
ALTER TABLE ledger_root DROP CONSTRAINT ledger_root_pkey, ADD CONSTRAINT ledger_root_pkey PRIMARY KEY (street, id);
-- 3. small tables: a copy on every node
SELECT create_reference_table('ledger_edition');
SELECT create_reference_table('people_account');
-- 4. the rest by street, all together in the same place
SELECT create_distributed_table('cases_case', 'street', colocate_with => 'bookings_booking');
SELECT create_distributed_table('ledger_entry', 'street', colocate_with => 'bookings_booking');
SELECT create_distributed_table('ledger_errand', 'street', colocate_with => 'bookings_booking');
SELECT create_distributed_table('ledger_leaf', 'street', colocate_with => 'bookings_booking');
SELECT create_distributed_table('ledger_root', 'street', colocate_with => 'bookings_booking');
SELECT create_distributed_table('ledger_stream', 'street', colocate_with => 'bookings_booking');
-- 5. foreign keys inside a street
ALTER TABLE bridges_order ADD CONSTRAINT bridges_order_case_id_06dcf7b9_fk_cases_case_id FOREIGN KEY (street, case_id) REFERENCES cases_case (street, id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE cases_case ADD CONSTRAINT cases_case_applicant_id_756c921c_fk_people_party_id FOREIGN KEY (street, applicant_id) REFERENCES people_party (street, id) DEFERRABLE INITIALLY DEFERRED;
-- cases_case.bundle_id -> cases_bundle: none; one visit may bring matters of several streets
ALTER TABLE cases_case ADD CONSTRAINT cases_case_mandate_id_97e2c57c_fk_people_mandate_id FOREIGN KEY (street, mandate_id) REFERENCES people_mandate (street, id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE cases_case ADD CONSTRAINT cases_case_presenter_id_667902b2_fk_people_party_id FOREIGN KEY (street, presenter_id) REFERENCES people_party (street, id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE cases_hold ADD CONSTRAINT cases_hold_case_id_2d229623_fk_cases_case_id FOREIGN KEY (street, case_id) REFERENCES cases_case (street, id) DEFERRABLE INITIALLY DEFERRED;
-- cases_link.from_case_id -> cases_case: none; a case that moved continues in another street
-- cases_link.to_case_id -> cases_case: none; a case that moved continues in another street
ALTER TABLE cases_material ADD CONSTRAINT cases_material_case_id_972fd638_fk_cases_case_id FOREIGN KEY (street, case_id) REFERENCES cases_case (street, id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE cases_note ADD CONSTRAINT cases_note_case_id_77ee1e2a_fk_cases_case_id FOREIGN KEY (street, case_id) REFERENCES cases_case (street, id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE cases_obligation ADD CONSTRAINT cases_obligation_case_id_97728ea5_fk_cases_case_id FOREIGN KEY (street, case_id) REFERENCES cases_case (street, id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE cases_posting ADD CONSTRAINT cases_posting_case_id_15652129_fk_cases_case_id FOREIGN KEY (street, case_id) REFERENCES cases_case (street, id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE cases_result ADD CONSTRAINT cases_result_case_id_c928775a_fk_cases_case_id FOREIGN KEY (street, case_id) REFERENCES cases_case (street, id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE cases_task ADD CONSTRAINT cases_task_case_id_db8cf8f3_fk_cases_case_id FOREIGN KEY (street, case_id) REFERENCES cases_case (street, id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE cases_term ADD CONSTRAINT cases_term_case_id_c7bf160c_fk_cases_case_id FOREIGN KEY (street, case_id) REFERENCES cases_case (street, id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE cases_warning ADD CONSTRAINT cases_warning_case_id_458cfe3d_fk_cases_case_id FOREIGN KEY (street, case_id) REFERENCES cases_case (street, id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE feedback_rating ADD CONSTRAINT feedback_rating_case_id_bed8f5c6_fk_cases_case_id FOREIGN KEY (street, case_id) REFERENCES cases_case (street, id) DEFERRABLE INITIALLY DEFERRED;
-- feedback_unasked.party_id -> people_party: none; from a table that every node has a copy of
ALTER TABLE hotline_helprequest ADD CONSTRAINT hotline_helprequest_case_id_efcd4b53_fk_cases_case_id FOREIGN KEY (street, case_id) REFERENCES cases_case (street, id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE hotline_jobnote ADD CONSTRAINT hotline_jobnote_case_id_3d457671_fk_cases_case_id FOREIGN KEY (street, case_id) REFERENCES cases_case (street, id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ledger_leaf ADD CONSTRAINT ledger_leaf_root_id_840c8de0_fk_ledger_root_id FOREIGN KEY (street, root_id) REFERENCES ledger_root (street, id) DEFERRABLE INITIALLY DEFERRED;
-- people_account.party_id -> people_party: none; from a table that every node has a copy of
ALTER TABLE reports_overdueday ADD CONSTRAINT reports_overdueday_case_id_5224e943_fk_cases_case_id FOREIGN KEY (street, case_id) REFERENCES cases_case (street, id) DEFERRABLE INITIALLY DEFERRED;
-- supervision_candidate.selection_id -> supervision_selection: none; from a table that every node has a copy of
-- supervision_photo.file_id -> files_file: none; from a table that every node has a copy of
-- supervision_photo.visit_id -> supervision_visit: none; from a table that every node has a copy of
-- supervision_postingobjection.selection_id -> supervision_selection: none; from a table that every node has a copy of
-- supervision_score.visit_id -> supervision_visit: none; from a table that every node has a copy of
