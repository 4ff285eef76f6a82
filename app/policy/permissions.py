"""The acts that the policy judges. A permission names what is done to which kind of object."""

from __future__ import annotations

import enum


class Permission(enum.StrEnum):
    # For everybody who is signed in
    DASHBOARD_VIEW = "dashboard.view"
    ACCOUNT_MANAGE = "account.manage"
    REFERENCE_SEARCH = "reference.search"
    NOTICE_READ = "notice.read"

    # Organisations, people, agreements
    ORGANISATION_LIST = "organisation.list"
    ORGANISATION_VIEW = "organisation.view"
    ORGANISATION_EDIT = "organisation.edit"
    ORGANISATION_APPROVE = "organisation.approve"
    MEMBER_MANAGE = "member.manage"
    SUPPORT_LOOK = "support.look"  # look at the portal as somebody else, with a reason, never at a youth's file
    ADVISER_DEPART = "adviser.depart"  # a member who follows youth leaves and hands the files over
    AGREEMENT_LIST = "agreement.list"
    AGREEMENT_EDIT = "agreement.edit"
    FRAMEWORK_WRITE = "framework.write"  # a national agreement, and its end
    FRAMEWORK_USE = "framework.use"  # write the local versions of a national agreement

    # Youth
    YOUTH_LIST = "youth.list"
    YOUTH_CREATE = "youth.create"
    YOUTH_VIEW = "youth.view"
    YOUTH_EDIT = "youth.edit"
    YOUTH_REASSIGN = "youth.reassign"
    DISABILITY_VIEW = "disability.view"
    DISABILITY_EDIT = "disability.edit"

    # Training places
    COURSE_LIST = "course.list"
    COURSE_VIEW = "course.view"
    COURSE_EDIT = "course.edit"
    SESSION_EDIT = "session.edit"

    # Companies and openings
    COMPANY_LIST = "company.list"
    COMPANY_VIEW = "company.view"
    COMPANY_EDIT = "company.edit"
    COMPANY_MERGE = "company.merge"
    OPENING_LIST = "opening.list"
    OPENING_VIEW = "opening.view"
    OPENING_CREATE = "opening.create"
    OPENING_EDIT = "opening.edit"
    OPENING_APPROVE = "opening.approve"

    # Field agents: their day, visits, leads, targets, mailings, and the register of branches
    OUTREACH_DAY = "outreach.day"
    VISIT_LIST = "visit.list"
    VISIT_RECORD = "visit.record"
    LEAD_HANDLE = "lead.handle"
    AGENT_LIST = "agent.list"
    AGENT_EDIT = "agent.edit"
    TARGET_LIST = "target.list"
    TARGET_EDIT = "target.edit"
    CAMPAIGN_EDIT = "campaign.edit"
    CONTACT_LIST = "contact.list"
    CONTACT_EDIT = "contact.edit"

    # Matching
    TRIPLES_VIEW = "triples.view"
    OPENING_TRIPLES_VIEW = "opening_triples.view"
    SESSION_TRIPLES_VIEW = "session_triples.view"
    SET_ASIDE = "triple.set_aside"
    PROFILE_BROWSE = "profile.browse"
    MEETING_REQUEST = "meeting.request"
    MEETING_ANSWER = "meeting.answer"
    WISHES_CURATE = "wishes.curate"
    TRAVEL_MANAGE = "travel.manage"  # tables of travel times

    # Placements
    PLACEMENT_LIST = "placement.list"
    PLACEMENT_VIEW = "placement.view"
    PLACEMENT_SUGGEST = "placement.suggest"
    PLACEMENT_ATTACH = "placement.attach"
    PLACEMENT_DETACH = "placement.detach"
    PLACEMENT_TALK = "placement.talk"
    PLACEMENT_YOUTH_SAYS = "placement.youth_says"
    PLACEMENT_EMPLOYER_SAYS = "placement.employer_says"
    PLACEMENT_CFA_SAYS = "placement.cfa_says"
    PLACEMENT_START_TRAINING = "placement.start_training"
    PLACEMENT_INTERVIEW = "placement.interview"
    PLACEMENT_SIGN = "placement.sign"
    PLACEMENT_START = "placement.start"
    PLACEMENT_BREAK_OFF = "placement.break_off"
    PLACEMENT_COMPLETE = "placement.complete"
    PLACEMENT_WITHDRAW = "placement.withdraw"
    PLACEMENT_CLOSE = "placement.close"
    PLACEMENT_FOLLOW_UP = "placement.follow_up"  # contacts after the first day
    CHECK_IN_ANSWER = "check_in.answer"  # two questions after the first day, by link only
    LADDER_VIEW = "ladder.view"  # delays and reminders of one's own organisation
    LADDER_EDIT = "ladder.edit"
    PLACEMENT_CLOCK = "placement.clock"  # lapse of a hold, expiry, end of a contract

    # Contract sheets
    CONTRACT_LIST = "contract.list"
    CONTRACT_VIEW = "contract.view"
    CONTRACT_FILL_YOUTH = "contract.fill_youth"
    CONTRACT_FILL_EMPLOYER = "contract.fill_employer"
    CONTRACT_FILL_CENTRE = "contract.fill_centre"
    CONTRACT_TELL_DISABILITY = "contract.tell_disability"  # to the employer, on the youth's word
    CONTRACT_NIR = "contract.nir"  # write and read the social security number
    CONTRACT_DEPOSIT = "contract.deposit"  # deposit number, decision of the OPCO
    CONTRACT_CLOCK = "contract.clock"  # reminders

    # Files in
    IMPORT_LIST = "import.list"
    IMPORT_RUN = "import.run"

    # The region's figures
    STEERING_VIEW = "steering.view"  # aggregates, small cells hidden
    STEERING_ROWS = "steering.rows"  # the rows of youth behind a figure, without identity
    STEERING_EXPORT = "steering.export"
    STEERING_RECORD = "steering.record"  # figures from elsewhere: all contracts of the region
    # The youth's rights on their own data, and those who answer for them
    PRIVACY_OVERSEE = "privacy.oversee"  # registers of the data protection officer
    RETENTION_EDIT = "retention.edit"
    RIGHTS_VIEW = "rights.view"  # ledger and access journal of one youth
    RIGHTS_STOP = "rights.stop"
    RIGHTS_EXPORT = "rights.export"
    RIGHTS_ERASE = "rights.erase"
    REPRESENTATIVE_ANSWER = "rights.representative"  # a minor's legal representative, by link only
    RIGHTS_CORRECT = "rights.correct"  # ask for a correction, answer for the seat
    FAIRNESS_VIEW = "fairness.view"

    # The regional plan
    PLAN_VIEW = "plan.view"
    PLAN_RUN = "plan.run"  # on demand, at night, and what-ifs
    PLAN_HAND_OVER = "plan.hand_over"
    PLAN_TAKE = "plan.take"  # the adviser's morning list

    # Operations of promotion
    EVENT_LIST = "event.list"
    EVENT_VIEW = "event.view"
    EVENT_EDIT = "event.edit"  # prepare, invite companies, plan, keep the door, count
    EVENT_INVITE_YOUTH = "event.invite_youth"
    EVENT_ANSWER = "event.answer"  # coming, or not

    # Platform
    PLATFORM_VIEW = "platform.view"
    TASK_MANAGE = "task.manage"
