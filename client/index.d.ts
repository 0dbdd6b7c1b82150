// Generated from the API's description by scripts/client.mjs.
export interface CallgateOptions {
  /** Where callgate is; left out: where the page comes from. */
  url?: string;
  /** A JWT or an API key, or what brings one when it is needed; left out: the browser's session cookie. */
  token?: string | (() => string | undefined | Promise<string | undefined>);
  fetch?: typeof fetch;
  /** "include" where the session cookie is another origin's. */
  credentials?: RequestCredentials;
  /** How often what was refused for now (429, 503), or a GET that was not answered, is sent again; left out: 2. */
  retries?: number;
}

export interface RequestOptions {
  /** Such as Idempotency-Key, If-Match, and the content-type of a list. */
  headers?: Record<string, string>;
  signal?: AbortSignal;
}

export interface LiveEvent {
  id: string;
  event: string;
  data: Job;
}

/** A refusal. */
export class CallgateError extends Error {
  status: number;
  /** A stable word. */
  code: string;
  issues: { pointer: string; code: string; detail: string }[];
  body: unknown;
  headers: Headers;
}

export function createCallgate(options?: CallgateOptions): Callgate;

export interface Callgate {
  /** Any route, as "METHOD /path/{parameter}". */
  request(operation: string, asked?: RequestOptions & Record<string, unknown>): Promise<unknown>;
  /** Live states of jobs; goes on after a lost connection, and misses nothing. */
  events(asked?: { jobId?: string; lastEventId?: string; signal?: AbortSignal }): AsyncGenerator<LiveEvent, void, void>;
  /** Make a job. With a JSON body at most 10,000 recipients, in one step. With text/csv or application/x-ndjson a list of any length: the settings then stand in the query, and the job begins when the last row has arrived. */
  postJobs(asked: RequestOptions & {
    query?: {
      /** With a streamed list: as in the body */
      name?: string;
      /** As in the body */
      schedule?: "now" | string;
      /** As in the body */
      assistantId?: string;
      /** As in the body */
      phoneNumberId?: string;
      /** As in the body */
      priority?: number;
      /** As in the body */
      level?: Level;
      /** As in the body */
      weight?: number;
      /** As in the body */
      purpose?: Purpose;
      /** As in the body */
      "bestTime.hoursPerDay"?: number;
      /** As in the body */
      "bestTime.patienceHours"?: number;
      /** The object of the body, as JSON */
      experiment?: string;
      /** As in the body */
      notes?: string;
      /** As in the body */
      maxAttempts?: number;
      /** As in the body */
      retryDelaySeconds?: number;
      /** As in the body, as JSON text */
      retry?: string;
      /** As in the body */
      concurrency?: number;
      /** Of the body's rate */
      perSecond?: number;
      /** Of the body's rate */
      perMinute?: number;
      /** totalMicros of the body's budget */
      budgetMicros?: number;
      /** perDayMicros of the body's budget */
      budgetPerDayMicros?: number;
      /** reserveMicros of the body's budget */
      budgetReserveMicros?: number;
      /** As in the body */
      subject?: string;
      /** As in the body, with commas between */
      providers?: string;
      /** As in the body, as JSON text */
      notifications?: string;
      /** As in the body */
      defaultRegion?: string;
    };
    body: NewJob | BodyInit;
  }): Promise<Job>;
  /** List jobs: those that a filter finds, in an order, page by page */
  getJobs(asked?: RequestOptions & {
    query?: {
      /** Only those that stand so */
      status?: JobStatus[];
      /** Only those made then or later */
      from?: string;
      /** Only those made before */
      before?: string;
      /** Only with this assistant */
      assistantId?: string;
      /** A part of the name or the notes */
      search?: string;
      /** nextCursor of the page before */
      cursor?: string;
      /** Items on the page */
      limit?: number;
      /** Which jobs, and in which order */
      sort?: JobSort;
    };
  }): Promise<JobPage>;
  /** One job, with its import and the first of its numbers */
  getJobsById(asked: RequestOptions & {
    id: string;
  }): Promise<Job>;
  /** Change a job's settings, whatever it is doing; effective at once. Calls that were not dialled yet go by the new settings. All of a change is made or nothing of it; what is left out stays. */
  patchJobsById(asked: RequestOptions & {
    id: string;
    body: JobChange;
  }): Promise<Job>;
  /** Cancel a job if need be, and hide it */
  deleteJobsById(asked: RequestOptions & {
    id: string;
  }): Promise<undefined>;
  /** Put a job right before or after another in the order of jobs. Among jobs of another priority it takes over theirs. */
  postJobsReorder(asked: RequestOptions & {
    body: JobMove;
  }): Promise<Job>;
  /** The same command about many jobs, by their ids or by a query */
  postJobsBulk(asked: RequestOptions & {
    body: JobBulk;
  }): Promise<BulkDone>;
  /** Start a pending job now */
  postJobsByIdStart(asked: RequestOptions & {
    id: string;
  }): Promise<Job>;
  /** Place no new calls until it is resumed */
  postJobsByIdPause(asked: RequestOptions & {
    id: string;
  }): Promise<Job>;
  /** Go on with a paused job */
  postJobsByIdResume(asked: RequestOptions & {
    id: string;
  }): Promise<Job>;
  /** Stop a job for good: live calls are hung up, waiting ones are canceled */
  postJobsByIdCancel(asked: RequestOptions & {
    id: string;
  }): Promise<Job>;
  /** Add people to a job */
  postJobsByIdRecipients(asked: RequestOptions & {
    id: string;
    body: MoreRecipients;
  }): Promise<AddedRecipients>;
  /** Set what a job is limited to; effective at once */
  putJobsByIdLimits(asked: RequestOptions & {
    id: string;
    body: JobLimits;
  }): Promise<Job>;
  /** Call people of a job again, by how their calls ended. Each call begins its next round; its history stays. dryRun: only counted. */
  postJobsByIdRedrive(asked: RequestOptions & {
    id: string;
    body?: RedriveAsked;
  }): Promise<Redriven>;
  /** The calls of a job, page by page */
  getJobsByIdCalls(asked: RequestOptions & {
    id: string;
    query?: {
      /** nextCursor of the page before */
      cursor?: string;
      /** Items on the page */
      limit?: number;
      /** Only calls in this state */
      state?: CallFilter;
    };
  }): Promise<CallPage>;
  /** The same command about many calls, by their ids or by a query */
  postCallsBulk(asked: RequestOptions & {
    body: CallBulk;
  }): Promise<BulkDone>;
  /** One call with its attempts */
  getCallsById(asked: RequestOptions & {
    id: string;
  }): Promise<Call>;
  /** Change what one call asks for itself; what is left out stays */
  patchCallsById(asked: RequestOptions & {
    id: string;
    body: CallChange;
  }): Promise<Call>;
  /** Take somebody out of a job who has not been reached; the record stays */
  deleteCallsById(asked: RequestOptions & {
    id: string;
    query?: {
      /** Even while it is live */
      hangUp?: boolean;
    };
  }): Promise<CommandedCall>;
  /** Why a call does not go out now, and when it may */
  getCallsByIdExplain(asked: RequestOptions & {
    id: string;
  }): Promise<CallExplanation>;
  /** Call somebody again who was not reached */
  postCallsByIdRedrive(asked: RequestOptions & {
    id: string;
  }): Promise<CommandedCall>;
  /** Put a waiting call off, or bring it forward */
  postCallsByIdReschedule(asked: RequestOptions & {
    id: string;
    body: RescheduleAsked;
  }): Promise<CommandedCall>;
  /** Call at the time that the person asked for, before everything else. A call that has ended, reached or not, begins its next round then. */
  postCallsByIdCallback(asked: RequestOptions & {
    id: string;
    body: CallbackAsked;
  }): Promise<CommandedCall>;
  /** Dial somebody this moment, whatever the turn and the business hours. The calling hours of the place, the do-not-call list and the limits hold. Answers when the provider has, or after 10 s without it. */
  postCallsByIdCallNow(asked: RequestOptions & {
    id: string;
  }): Promise<CommandedCall>;
  /** Cancel a call; a live one is hung up */
  postCallsByIdCancel(asked: RequestOptions & {
    id: string;
  }): Promise<CommandedCall>;
  /** Why a job's calls do not go out now, by place */
  getJobsByIdExplain(asked: RequestOptions & {
    id: string;
  }): Promise<JobExplanation>;
  /** What came of each arm of a job's experiment, and whether one is better */
  getJobsByIdExperiment(asked: RequestOptions & {
    id: string;
  }): Promise<ExperimentView>;
  /** How a list was taken */
  getImportsById(asked: RequestOptions & {
    id: string;
  }): Promise<Import>;
  /** Every row that was not taken, and why */
  getImportsByIdRejects(asked: RequestOptions & {
    id: string;
    query?: {
      /** Rows after this one */
      cursor?: number;
      /** Rows on the page */
      limit?: number;
    };
  }): Promise<RejectPage>;
  /** How far a long command has come */
  getTasksById(asked: RequestOptions & {
    id: string;
  }): Promise<Task>;
  /** Make a schedule: a recurrence and the job that each occurrence makes */
  postSchedules(asked: RequestOptions & {
    body: NewSchedule;
  }): Promise<Schedule>;
  /** Schedules, newest first */
  getSchedules(asked?: RequestOptions & {
    query?: {
      /** nextCursor of the page before */
      cursor?: string;
      /** Items on the page */
      limit?: number;
    };
  }): Promise<SchedulePage>;
  /** One schedule */
  getSchedulesById(asked: RequestOptions & {
    id: string;
  }): Promise<Schedule>;
  /** Make no more jobs of a schedule; those it has made stay */
  deleteSchedulesById(asked: RequestOptions & {
    id: string;
  }): Promise<undefined>;
  /** Make no jobs until it is resumed */
  postSchedulesByIdPause(asked: RequestOptions & {
    id: string;
    body?: PauseNote;
  }): Promise<Schedule>;
  /** Go on with the next occurrence; what passed meanwhile is not made up for */
  postSchedulesByIdResume(asked: RequestOptions & {
    id: string;
  }): Promise<Schedule>;
  /** Make its job now, whatever the recurrence says */
  postSchedulesByIdTrigger(asked: RequestOptions & {
    id: string;
  }): Promise<Job>;
  /** The next occurrences, and what the calendar makes of them */
  getSchedulesByIdPreview(asked: RequestOptions & {
    id: string;
    query?: {
      /** How many */
      limit?: number;
    };
  }): Promise<SchedulePreview>;
  /** Numbers that are not called, newest first, or one number's entry */
  getSuppressions(asked?: RequestOptions & {
    query?: {
      /** nextCursor of the page before */
      cursor?: string;
      /** Items on the page */
      limit?: number;
      /** Only this number's entry, in E.164 */
      number?: string;
    };
  }): Promise<SuppressionPage>;
  /** Put a number on the do-not-call list. Its waiting calls end as blocked when their turn comes; one that is live is left alone. An entry that lasts longer stands. */
  postSuppressions(asked: RequestOptions & {
    body: NewSuppression;
  }): Promise<Suppression>;
  /** Put a list of numbers on the do-not-call list. A column or member with the number; reason, source and expiresAt may stand beside it. Should it break off, what came before stays on the list. */
  postSuppressionsImport(asked: RequestOptions & {
    query?: {
      /** Of rows that name none */
      reason?: string;
      /** Of rows that name none; left out: import */
      source?: string;
      /** Of rows that name none */
      expiresAt?: string;
      /** Country of numbers without a country code (ISO 3166); left out: US */
      defaultRegion?: string;
    };
    body: BodyInit;
  }): Promise<Import>;
  /** The list as CSV, newest first; the header Link names the next part */
  getSuppressionsExport(asked?: RequestOptions & {
    query?: {
      /** As the Link of the part before has it */
      cursor?: string;
      /** Entries in this part */
      limit?: number;
    };
  }): Promise<string>;
  /** One entry of the do-not-call list */
  getSuppressionsById(asked: RequestOptions & {
    id: string;
  }): Promise<Suppression>;
  /** Take a number off the do-not-call list; recorded for GET /api/audit */
  deleteSuppressionsById(asked: RequestOptions & {
    id: string;
    query?: {
      /** Why it may be called again; kept in GET /api/audit */
      reason?: string;
    };
  }): Promise<undefined>;
  /** When calls may be placed, and how many at once */
  getSchedulerConfig(asked?: RequestOptions & {
    query?: {
      /** The document whose words businessHours uses */
      shape?: ConfigShape;
    };
  }): Promise<SchedulerConfig>;
  /** Set when calls may be placed, and how many at once; effective at once */
  putSchedulerConfig(asked: RequestOptions & {
    query?: {
      /** The document whose words businessHours uses */
      shape?: ConfigShape;
    };
    body: SchedulerConfig;
  }): Promise<SchedulerConfig>;
  /** The first instant at which the workspace's settings allow a call. Where no instant of the horizon is allowed, 422 no_slot_within_horizon. */
  getSchedulerNext(asked?: RequestOptions & {
    query?: {
      /** Left out: now */
      after?: string;
      /** How far to look */
      horizonDays?: number;
      /** Only instants whose priority is this or better */
      maxPriority?: number;
      /** What to prefer */
      level?: Level;
    };
  }): Promise<NextSlot>;
  /** The first instant at which these settings, or the workspace's own, allow a call. Where no instant of the horizon is allowed, 422 no_slot_within_horizon. */
  postSchedulerNext(asked: RequestOptions & {
    body: NextAsked;
  }): Promise<NextSlot>;
  /** The priority in force by the workspace's priority windows */
  getSchedulerPriority(asked?: RequestOptions & {
    query?: {
      /** Left out: now */
      at?: string;
    };
  }): Promise<PriorityInForce>;
  /** At which hours people answer, and the best one of the next week for a call */
  getSchedulerBestTime(asked?: RequestOptions & {
    query?: {
      /** Whom to call, E.164 */
      number?: string;
      /** Their IANA zone; needed where the number may ring in several, and without a number; with neither, that of the business hours */
      timezone?: string;
      /** As calls of this job; left out: of any */
      jobId?: string;
      /** As calls by this assistant; left out: the job's, else any */
      assistantId?: string;
      /** Whose calling hours hold; left out: the job's, else marketing */
      purpose?: Purpose;
      /** Left out: now */
      after?: string;
    };
  }): Promise<BestTimeView>;
  /** How many calls at once, how fast, how often to one number and for how much */
  getLimits(asked?: RequestOptions): Promise<LimitsView>;
  /** Set every limit of the workspace; effective at once */
  putLimits(asked: RequestOptions & {
    body: Limits;
  }): Promise<LimitsView>;
  /** How long calls and jobs are kept after their end, and what was removed */
  getRetention(asked?: RequestOptions): Promise<RetentionView>;
  /** Set how long calls and jobs are kept after their end. What is left out is kept as the preset says, without one for 30 days; {} keeps for good. What the rule lets go is removed soon, and is gone then. */
  putRetention(asked: RequestOptions & {
    body: Retention;
  }): Promise<RetentionView>;
  /** Whether the workspace is paused, by whom and why */
  getWorkspace(asked?: RequestOptions): Promise<Workspace>;
  /** Dial nobody any more until it is resumed; live calls go on */
  postWorkspacePause(asked?: RequestOptions & {
    body?: PauseNote;
  }): Promise<Workspace>;
  /** Go on dialling */
  postWorkspaceResume(asked?: RequestOptions): Promise<Workspace>;
  /** Who left a rule aside, and why; newest first */
  getAudit(asked?: RequestOptions & {
    query?: {
      /** nextCursor of the page before */
      cursor?: string;
      /** Items on the page */
      limit?: number;
    };
  }): Promise<AuditPage>;
  /** Live states of jobs as server-sent events. An event is the whole new state of a job. With Last-Event-ID the stream begins with every job that changed since. A request to upgrade to a WebSocket is followed: a message is {"id", "event", "data"}. */
  getEvents(asked?: RequestOptions & {
    query?: {
      /** Only events of this job */
      jobId?: string;
      /** As the header Last-Event-ID: go on after this event */
      lastEventId?: number;
      /** From POST /api/tickets, where no header can be sent */
      ticket?: string;
    };
  }): Promise<string>;
  /** Prometheus gauges */
  getMetrics(asked?: RequestOptions): Promise<string>;
  /** Where things are */
  get(asked?: RequestOptions): Promise<Index>;
  /** This description */
  getOpenapiJson(asked?: RequestOptions): Promise<string>;
  /** Whether the process answers */
  getHealthz(asked?: RequestOptions): Promise<string>;
  /** Whether requests can be served */
  getReadyz(asked?: RequestOptions): Promise<string>;
  /** Make an API key; this answer alone has it */
  postKeys(asked: RequestOptions & {
    body: NewApiKey;
  }): Promise<ApiKey>;
  /** The API keys that hold, newest first, never the keys themselves */
  getKeys(asked?: RequestOptions): Promise<ApiKeyList>;
  /** One API key, never the key itself */
  getKeysById(asked: RequestOptions & {
    id: string;
  }): Promise<ApiKey>;
  /** Revoke an API key, at once */
  deleteKeysById(asked: RequestOptions & {
    id: string;
  }): Promise<undefined>;
  /** Give an API key another secret; the one before is refused from now on */
  postKeysByIdRotate(asked: RequestOptions & {
    id: string;
  }): Promise<ApiKey>;
  /** Whose roles are stored here */
  getMembers(asked?: RequestOptions): Promise<MemberList>;
  /** Give somebody a role here, whatever the roles in their token are */
  putMembersBySubject(asked: RequestOptions & {
    subject: string;
    body: MemberSettings;
  }): Promise<Member>;
  /** Remove a member, with their sessions, keys and invitations */
  deleteMembersBySubject(asked: RequestOptions & {
    subject: string;
  }): Promise<undefined>;
  /** Invite somebody by a link that works once */
  postMembersInvitations(asked: RequestOptions & {
    body: NewInvitation;
  }): Promise<Invitation>;
  /** Invitations that wait to be accepted */
  getMembersInvitations(asked?: RequestOptions): Promise<InvitationList>;
  /** Take an invitation back */
  deleteMembersInvitationsById(asked: RequestOptions & {
    id: string;
  }): Promise<undefined>;
  /** Become a member by an invitation, under one's own token's subject */
  postMembersInvitationsAccept(asked: RequestOptions & {
    body: InvitationToken;
  }): Promise<Member>;
  /** Turn a sign-in link or an invitation into a session cookie */
  getSignIn(asked: RequestOptions & {
    query: {
      /** From the sign-in link */
      ticket: string;
    };
  }): Promise<undefined>;
  /** End the session, and forget its cookie */
  postSignOut(asked?: RequestOptions): Promise<undefined>;
  /** Who is signed in, and what they may do */
  getSession(asked?: RequestOptions): Promise<Session>;
  /** Turn a sign-in ticket or an invitation, as Bearer, into a session cookie */
  postSessions(asked?: RequestOptions): Promise<SignedIn>;
  /** One's own sessions, and with members:read everybody's */
  getSessions(asked?: RequestOptions): Promise<SessionList>;
  /** End a session of one's own, or with members:write anybody's */
  deleteSessionsById(asked: RequestOptions & {
    id: string;
  }): Promise<undefined>;
  /** Sign out */
  deleteSessionsCurrent(asked?: RequestOptions): Promise<undefined>;
  /** A ticket for one event stream, for a minute */
  postTickets(asked?: RequestOptions): Promise<Ticket>;
  /** Provider accounts, without their secrets */
  getProviders(asked?: RequestOptions): Promise<ProviderList>;
  /** One provider account, without its secrets */
  getProvidersByName(asked: RequestOptions & {
    name: string;
  }): Promise<Provider>;
  /** Set an account that places the calls, or make another. Calls go by the first account that takes them: the others stand in for one that is away. */
  putProvidersByName(asked: RequestOptions & {
    name: string;
    body: NewProvider;
  }): Promise<Provider>;
  /** Remove an account that no call is live on, with its secrets and limits */
  deleteProvidersByName(asked: RequestOptions & {
    name: string;
  }): Promise<undefined>;
  /** Ask the provider whether the stored account works; places no call */
  postProvidersByNameCheck(asked: RequestOptions & {
    name: string;
  }): Promise<ProviderCheck>;
  /** Where Vapi reports: server messages, signed with the webhook secret */
  postWebhooksVapi(asked: RequestOptions & {
    query?: {
      /** Names the workspace */
      key: string;
    };
    body: BodyInit;
  }): Promise<string>;
  /** Where another account at Vapi reports, signed with its own webhook secret */
  postWebhooksVapiByName(asked: RequestOptions & {
    name: string;
    query?: {
      /** Names the workspace */
      key: string;
    };
    body: BodyInit;
  }): Promise<string>;
  /** Between UTC and what a zone's clock reads */
  postTimeConvert(asked: RequestOptions & {
    body: TimeToConvert;
  }): Promise<ConvertedTime>;
  /** Everything that speaks against a call at an instant */
  postSchedulerValidate(asked: RequestOptions & {
    body: ValidateAsked;
  }): Promise<ValidateVerdict>;
  /** Whether a number in these zones may be rung, and when next */
  postQuietHoursCheck(asked: RequestOptions & {
    body: QuietAsked;
  }): Promise<QuietVerdict>;
  /** What a recurrence yields, and why each lies where it does */
  postRecurrencePreview(asked: RequestOptions & {
    body: PreviewAsked;
  }): Promise<RecurrencePreview>;
  /** Whether a person's daily call is due */
  postDailyCallCheck(asked: RequestOptions & {
    body: DailyCallAsked;
  }): Promise<DailyCallVerdict>;
  /** What is known of a telephone number */
  postNumbers(asked: RequestOptions & {
    body: NumberAsked;
  }): Promise<NumberView>;
  /** What is known of a telephone number, and whose calling hours hold there */
  getNumbersByNumber(asked: RequestOptions & {
    number: string;
    query?: {
      /** ISO 3166 code: where a number without a country code belongs */
      defaultRegion?: string;
    };
  }): Promise<NumberView>;
  /** Calling hours and caps in law by place, each with its sources */
  getQuietHoursRules(asked?: RequestOptions & {
    query?: {
      /** Only rules that hold there: ISO 3166 code, in capitals */
      country?: string;
    };
  }): Promise<QuietRulesView>;
  /** Add a person */
  postContacts(asked: RequestOptions & {
    body: ContactWish;
  }): Promise<Contact>;
  /** The people who are called, newest first, or those a search finds */
  getContacts(asked?: RequestOptions & {
    query?: {
      /** nextCursor of the page before */
      cursor?: string;
      /** Items on the page */
      limit?: number;
      /** A part of the name, or the first digits of a number */
      search?: string;
    };
  }): Promise<ContactPage>;
  /** Add or change the people of a list. A row whose number is known changes what it names. Columns or members email, company, notes, callEnabled and callTime are the contact's, others its metadata. Should it break off, what came before stays. */
  postContactsImport(asked: RequestOptions & {
    query?: {
      /** Country of numbers without a country code (ISO 3166); left out: US */
      defaultRegion?: string;
    };
    body: ContactList | BodyInit;
  }): Promise<Import>;
  /** One contact */
  getContactsById(asked: RequestOptions & {
    id: string;
  }): Promise<Contact>;
  /** Change what is said of a person; what is left out stays */
  patchContactsById(asked: RequestOptions & {
    id: string;
    body: ContactWish;
  }): Promise<Contact>;
  /** Forget a person; their calls that have ended stay */
  deleteContactsById(asked: RequestOptions & {
    id: string;
  }): Promise<undefined>;
  /** Two contacts are one person: the other's numbers come here, and it goes */
  postContactsByIdMerge(asked: RequestOptions & {
    id: string;
    body: ContactMerge;
  }): Promise<Contact>;
  /** The calls to a person's numbers, whatever their job */
  getContactsByIdCalls(asked: RequestOptions & {
    id: string;
    query?: {
      /** Only those that stand so */
      status?: CallStanding[];
      /** In which order */
      sort?: CallOrder;
      /** From which end */
      direction?: Direction;
      /** Counts from 1; page times limit is at most 10,000 */
      page?: number;
      /** Items on the page */
      limit?: number;
    };
  }): Promise<CallList>;
  /** All calls, whatever their job, page by page. By name or digits only for who may see them. */
  getCalls(asked?: RequestOptions & {
    query?: {
      /** Only those that stand so */
      status?: CallStanding[];
      /** Only this job's */
      jobId?: string;
      /** Only to this contact's numbers */
      contactId?: string;
      /** Only to this number, in E.164 */
      number?: string;
      /** A part of the contact's name, or the first digits of the number */
      search?: string;
      /** Only those added then or later */
      from?: string;
      /** Only those added before */
      before?: string;
      /** In which order */
      sort?: CallOrder;
      /** From which end */
      direction?: Direction;
      /** Counts from 1; page times limit is at most 10,000 */
      page?: number;
      /** Items on the page */
      limit?: number;
    };
  }): Promise<CallList>;
  /** What came of a job's calls: rates, times, cost, reasons */
  getJobsByIdMetrics(asked: RequestOptions & {
    id: string;
    query?: {
      /** Whose hours are told; left out: that of the business hours, else UTC */
      timezone?: string;
    };
  }): Promise<JobMetrics>;
  /** What came of all calls of some days */
  getAnalyticsSummary(asked?: RequestOptions & {
    query?: {
      /** The first day; left out: thirty days before the other; at most 366 days */
      from?: string;
      /** The day after the last; left out: tomorrow */
      before?: string;
      /** Only of jobs that stand so now */
      status?: JobStatus[];
      /** Only by this assistant */
      assistantId?: string;
      /** Only of this job */
      jobId?: string;
      /** Whose days and hours; left out: that of the business hours, else UTC */
      timezone?: string;
    };
  }): Promise<AnalyticsSummary>;
  /** The same by the hours, days or weeks of a zone's clock */
  getAnalyticsVolume(asked?: RequestOptions & {
    query?: {
      /** The first day; left out: thirty days before the other; at most 366 days, of hours 31 */
      from?: string;
      /** The day after the last; left out: tomorrow */
      before?: string;
      /** Only of jobs that stand so now */
      status?: JobStatus[];
      /** Only by this assistant */
      assistantId?: string;
      /** Only of this job */
      jobId?: string;
      /** Whose days and hours; left out: that of the business hours, else UTC */
      timezone?: string;
      /** How long each stretch is */
      bucket?: BucketSize;
    };
  }): Promise<AnalyticsVolume>;
  /** At which hours of the day calls were made */
  getAnalyticsPeakHours(asked?: RequestOptions & {
    query?: {
      /** The first day; left out: thirty days before the other; at most 366 days */
      from?: string;
      /** The day after the last; left out: tomorrow */
      before?: string;
      /** Only of jobs that stand so now */
      status?: JobStatus[];
      /** Only by this assistant */
      assistantId?: string;
      /** Only of this job */
      jobId?: string;
      /** Whose days and hours; left out: that of the business hours, else UTC */
      timezone?: string;
    };
  }): Promise<AnalyticsPeakHours>;
  /** Why calls failed, and how attempts ended */
  getAnalyticsFailures(asked?: RequestOptions & {
    query?: {
      /** The first day; left out: thirty days before the other; at most 366 days */
      from?: string;
      /** The day after the last; left out: tomorrow */
      before?: string;
      /** Only of jobs that stand so now */
      status?: JobStatus[];
      /** Only by this assistant */
      assistantId?: string;
      /** Only of this job */
      jobId?: string;
      /** Whose days and hours; left out: that of the business hours, else UTC */
      timezone?: string;
    };
  }): Promise<AnalyticsFailures>;
  /** What calls cost */
  getAnalyticsCost(asked?: RequestOptions & {
    query?: {
      /** The first day; left out: thirty days before the other; at most 366 days, of hours 31 */
      from?: string;
      /** The day after the last; left out: tomorrow */
      before?: string;
      /** Only of jobs that stand so now */
      status?: JobStatus[];
      /** Only by this assistant */
      assistantId?: string;
      /** Only of this job */
      jobId?: string;
      /** Whose days and hours; left out: that of the business hours, else UTC */
      timezone?: string;
      /** How long each stretch is */
      bucket?: BucketSize;
    };
  }): Promise<AnalyticsCost>;
  /** A report to take away: a row for each hour, day or week */
  getAnalyticsExport(asked?: RequestOptions & {
    query?: {
      /** As of /api/analytics/volume */
      from?: string;
      /** As of /api/analytics/volume */
      before?: string;
      /** Only of jobs that stand so now */
      status?: JobStatus[];
      /** Only by this assistant */
      assistantId?: string;
      /** Only of this job */
      jobId?: string;
      /** As of /api/analytics/volume */
      timezone?: string;
      /** How long each stretch is */
      bucket?: BucketSize;
      /** A row for each stretch, or JSON */
      format?: ReportFormat;
    };
  }): Promise<string>;
  /** Calls as CSV or NDJSON, job by job; the header Link names the next part. A part may have fewer rows than limit, and none: where there is a Link, it goes on. Numbers are masked, and names left out, for who may not see them. */
  getCallsExport(asked?: RequestOptions & {
    query?: {
      /** A row or a line for each call */
      format?: CallFormat;
      /** Only those that stand so */
      status?: CallFilter[];
      /** Only this job's */
      jobId?: string;
      /** Only those added then or later */
      from?: string;
      /** Only those added before */
      before?: string;
      /** Of the Link of the part before */
      cursor?: string;
      /** Calls of a part */
      limit?: number;
    };
  }): Promise<string>;
  /** Saved views: one's own, and those that are shared */
  getViews(asked?: RequestOptions & {
    query?: {
      /** Only of this list */
      of?: ViewOf;
    };
  }): Promise<ViewList>;
  /** Save a query of a list under a name */
  postViews(asked: RequestOptions & {
    body: NewView;
  }): Promise<SavedView>;
  /** One saved view */
  getViewsById(asked: RequestOptions & {
    id: string;
  }): Promise<SavedView>;
  /** Change a view of one's own; what is left out stays */
  patchViewsById(asked: RequestOptions & {
    id: string;
    body: ViewChange;
  }): Promise<SavedView>;
  /** Forget a view of one's own */
  deleteViewsById(asked: RequestOptions & {
    id: string;
  }): Promise<undefined>;
  /** Make a job like another, with its people if that is asked for */
  postJobsByIdClone(asked: RequestOptions & {
    id: string;
    body?: CloneAsked;
  }): Promise<Job>;
  /** How many queue items stand how, and when the next may go */
  getCallQueueStatus(asked?: RequestOptions & {
    query?: {
      /** Only this campaign's */
      campaignId?: string;
    };
  }): Promise<QueueStatusAnswer>;
  /** Queue items, page by page */
  getCallQueue(asked?: RequestOptions & {
    query?: {
      /** Counts from 1; page times limit is at most 10,000 */
      page?: number;
      /** Items on the page */
      limit?: number;
      /** Only those that stand so */
      status?: QueueWord;
      /** Only this campaign's */
      campaignId?: string;
      /** Only to this contact's numbers */
      contactId?: string;
      /** A part of the contact's name, or the first digits of the number */
      search?: string;
      /** In which order */
      sortBy?: CallOrder;
      /** From which end */
      sortDir?: Direction;
    };
  }): Promise<QueuePage>;
  /** Add a contact to a campaign's queue. One whose call there has ended begins its next round. */
  postCallQueue(asked: RequestOptions & {
    body: NewQueueItem;
  }): Promise<QueueItemAnswer>;
  /** Add many contacts to a campaign's queue, some time apart */
  postCallQueueBulk(asked: RequestOptions & {
    body: NewQueueItems;
  }): Promise<QueueBulkAnswer>;
  /** One queue item with its history */
  getCallQueueById(asked: RequestOptions & {
    id: string;
  }): Promise<QueueItemAnswer>;
  /** Change a queue item; what is left out stays */
  putCallQueueById(asked: RequestOptions & {
    id: string;
    body: QueueChange;
  }): Promise<QueueItemAnswer>;
  /** Remove a queue item; a live call is hung up first */
  deleteCallQueueById(asked: RequestOptions & {
    id: string;
  }): Promise<QueueDeleted>;
  /** Cancel a queue item; a live call is hung up */
  postCallQueueByIdCancel(asked: RequestOptions & {
    id: string;
    body?: QueueCancel;
  }): Promise<QueueItemAnswer>;
  /** Call at the time that the person asked for */
  postCallQueueByIdCallback(asked: RequestOptions & {
    id: string;
    body: QueueCallback;
  }): Promise<QueueItemAnswer>;
  /** Dial a queue item this moment, whatever the turn and the business hours */
  postCallQueueByIdCallNow(asked: RequestOptions & {
    id: string;
    body?: QueueCallNow;
  }): Promise<QueueCallAnswer>;
  /** Schedule a call of one's own. It is moved into the business hours first, where it keeps to them; then it must lie ahead. */
  postV1SchedulingSchedule(asked: RequestOptions & {
    body: CallToSchedule;
  }): Promise<SucceededOfScheduledMessage>;
  /** Scheduled calls of a user, in the order of their times */
  getV1SchedulingScheduledCalls(asked?: RequestOptions & {
    query?: {
      /** Whose calls */
      userId?: string;
      /** Only those that stand so */
      status?: ScheduledStatus;
      /** Scheduled for then or later: a date, or a time */
      startDate?: string;
      /** Scheduled for then or earlier: a date, the whole of it, or a time */
      endDate?: string;
      /** Only those of this agent */
      agentId?: string;
      /** From 1 */
      page?: number;
      /** On a page */
      limit?: number;
    };
  }): Promise<SucceededOfScheduledCallsPage>;
  /** Cancel a scheduled call that is pending; it is the last of its chain */
  postV1SchedulingByScheduledCallIdCancel(asked: RequestOptions & {
    scheduledCallId: string;
    body: OwnerOfCall;
  }): Promise<SucceededOfCancelledMessage>;
  /** Move a scheduled call that is pending to another time. Of a chain this occurrence alone moves. */
  postV1SchedulingByScheduledCallIdReschedule(asked: RequestOptions & {
    scheduledCallId: string;
    body: OtherTime;
  }): Promise<SucceededOfScheduledMessage>;
  /** How many scheduled calls stand how, and the whole queue as Bull counts it */
  getV1SchedulingStats(asked?: RequestOptions): Promise<SucceededOfSchedulingStats>;
  /** What /api/v1/scheduling takes where a request leaves it out */
  getSurfacesScheduling(asked?: RequestOptions): Promise<SchedulingDefaultsView>;
  /** Set them, all at once: what is left out goes by the environment or the document */
  putSurfacesScheduling(asked: RequestOptions & {
    body: SchedulingDefaults;
  }): Promise<SchedulingDefaultsView>;
  /** Clients, with their limits and how their queues stand */
  getClients(asked?: RequestOptions): Promise<ClientList>;
  /** Add a lead to a client's queue. One whose call there has ended begins its next round. The client is made with it. */
  postClientsByClientIdQueue(asked: RequestOptions & {
    clientId: string;
    body: NewClientItem;
  }): Promise<ClientQueueItem>;
  /** A client's queue, page by page */
  getClientsByClientIdQueue(asked: RequestOptions & {
    clientId: string;
    query?: {
      /** Only those that stand so */
      status?: ItemStatus;
      /** Only those of this priority */
      priority?: Level;
      /** Only those to this contact */
      leadId?: string;
      /** A part of the contact's name, or the first digits of the number */
      search?: string;
      /** Only those added then or later */
      from?: string;
      /** Only those added before */
      to?: string;
      /** Counts from 1; page times limit is at most 10,000 */
      page?: number;
      /** Items on the page */
      limit?: number;
    };
  }): Promise<ClientQueue>;
  /** Dial what is due and lawful now. The queue dials by itself whatever becomes due; this looks once more, at once. */
  postClientsByClientIdQueueProcess(asked: RequestOptions & {
    clientId: string;
  }): Promise<QueueProcessed>;
  /** How a client's queue stands and how well it goes */
  getClientsByClientIdQueueStats(asked: RequestOptions & {
    clientId: string;
  }): Promise<ClientQueueStats>;
  /** Add many leads to a client's queue, batch by batch */
  postClientsByClientIdQueueScheduleBatch(asked: RequestOptions & {
    clientId: string;
    body: ScheduleBatch;
  }): Promise<BatchScheduled>;
  /** How many calls at once, when, and how they are retried */
  getClientsByClientIdQueueConfig(asked: RequestOptions & {
    clientId: string;
  }): Promise<ClientQueueConfig>;
  /** Configure a client's queue; what is left out stays. Effective at once. The client is made with it. */
  putClientsByClientIdQueueConfig(asked: RequestOptions & {
    clientId: string;
    body: ClientQueueConfig;
  }): Promise<ClientQueueConfig>;
  /** One item of a client's queue */
  getQueueById(asked: RequestOptions & {
    id: string;
  }): Promise<ClientQueueItem>;
  /** Change an item; what is left out stays */
  putQueueById(asked: RequestOptions & {
    id: string;
    body: ClientItemChange;
  }): Promise<ClientQueueItem>;
  /** Cancel an item; it is kept, and a live call is hung up */
  deleteQueueById(asked: RequestOptions & {
    id: string;
  }): Promise<ClientQueueItem>;
  /** Put in the daily calls whose window is open now. At most three times in a row, then three a minute. */
  postQueueTrigger(asked?: RequestOptions): Promise<DailyTriggered>;
  /** How the queue of daily calls stands */
  getQueueStatus(asked?: RequestOptions): Promise<DailyQueueStatus>;
  /** The queue of daily calls as Bull Board shows it */
  getAdminQueues(asked?: RequestOptions): Promise<QueueBoard>;
  /** Whether and how daily calls are made, and what came of them */
  getSurfacesDailyCalls(asked?: RequestOptions): Promise<DailyCallsView>;
  /** Switch daily calls on or off, and set how they are made, all at once. What is left out goes by the environment or the document, as it is now. Switched off, nobody is put in any more; calls that wait are their job's. */
  putSurfacesDailyCalls(asked: RequestOptions & {
    body: DailyCallsSettings;
  }): Promise<DailyCallsView>;
}

export interface AccountLimits {
  /** The account's, as GET /api/providers has it */
  name: string;
  /** As in provider */
  concurrency?: number;
  /** As in provider */
  perSecond?: number;
  /** As in provider */
  perMinute?: number;
  /** As in provider */
  perDay?: number;
  /** As in provider */
  timezone?: string;
  /** As in provider */
  breaker?: ProviderBreaker;
  /** As in provider */
  adaptive?: boolean;
}

export type ActiveDay = "Mon" | "Tue" | "Wed" | "Thu" | "Fri" | "Sat" | "Sun";

export interface AddedRecipients {
  /** Taken into the job */
  accepted: number;
  /** Of those: on the do-not-call list, so they will not be called */
  blocked: number;
  /** In the job already */
  duplicates: number;
  /** Not taken */
  rejected: number;
  /** The first hundred that were not taken */
  rejects: RejectedRow[];
}

/** By day of the week, 0 is Sunday: ranges ["HH:mm", "HH:mm"] in which calls are allowed */
export interface AllowedWeek {
  /** Sunday */
  "0"?: string[][];
  /** Monday */
  "1"?: string[][];
  /** Tuesday */
  "2"?: string[][];
  /** Wednesday */
  "3"?: string[][];
  /** Thursday */
  "4"?: string[][];
  /** Friday */
  "5"?: string[][];
  /** Saturday */
  "6"?: string[][];
}

export interface AnalyticsCost {
  /** Whose clock it is */
  timezone: string;
  /** Millionths of a dollar */
  totalCost: number;
  /** Millionths of a dollar, by the calls that completed or failed */
  costPerCall?: number;
  /** The same by those that completed */
  costPerCompletedCall?: number;
  /** How long each is */
  bucket: BucketSize;
  /** The whole range, those where nothing was too */
  buckets: CostBucket[];
}

export interface AnalyticsFailures {
  /** Calls that failed, were blocked or expired */
  failedCalls: number;
  /** Of those: how their last attempt ended, or which rule refused them */
  failureReasons: OutcomeCounts;
  /** How all attempts ended */
  outcomes: OutcomeCounts;
}

export interface AnalyticsPeakHours {
  /** Whose clock it is */
  timezone: string;
  /** The busiest first; those with none are absent */
  peakHours: HourCount[];
}

export interface AnalyticsSummary {
  /** The first instant of the range */
  from: string;
  /** The first behind it */
  before: string;
  /** Whose days they are */
  timezone: string;
  /** Dials that ended in the range */
  attempts: number;
  /** Calls that ended: reached */
  completedCalls: number;
  /** Not reached in all their attempts */
  failedCalls: number;
  /** Taken back */
  canceledCalls: number;
  /** Their window passed */
  expiredCalls: number;
  /** Refused by a rule */
  blockedCalls: number;
  /** Calls that had ended and were called again */
  reopenedCalls: number;
  /** Milliseconds on the line */
  talkMs: number;
  /** Millionths of a dollar */
  totalCost: number;
  /** Of a thousand calls that completed or failed: so many completed */
  successRate?: number;
  /** Milliseconds on the line, of attempts with any */
  avgCallDuration?: number;
  /** Millionths of a dollar, by the calls that completed or failed */
  costPerCall?: number;
  /** How the attempts ended */
  outcomes: OutcomeCounts;
}

export interface AnalyticsVolume {
  /** Whose clock it is */
  timezone: string;
  /** How long each is */
  bucket: BucketSize;
  /** The whole range, those where nothing was too */
  buckets: VolumeBucket[];
}

export interface AnswerCount {
  /** Dials that rang */
  dials: number;
  /** Those that a person answered */
  answers: number;
}

export interface ApiKey {
  /** key_… */
  id: string;
  /** What it is for */
  name: string;
  /** How it begins, to tell it by */
  prefix: string;
  /** What it may do */
  role?: string;
  /** What it may do */
  scopes?: string[];
  /** When it was made */
  createdAt: string;
  /** The subject of who made it */
  createdBy: string;
  /** From then on it is refused */
  expiresAt?: string;
  /** When it was last used, to the hour */
  lastUsedAt?: string;
  /** The key itself; told once, when it is made or rotated */
  key?: string;
}

export interface ApiKeyList {
  /** Newest first */
  keys: ApiKey[];
}

export interface Arm {
  /** What people call it */
  name: string;
  /** The provider's id of the assistant */
  assistantId: string;
  /** Its share of the people, beside those of the others */
  weight: number;
  /** Calls that came to an end of their own */
  ended: number;
  /** Of those, completed */
  reached: number;
  /** Of a thousand ended calls; left out: none has ended */
  reachedPerThousand?: number;
  /** Dials that have ended */
  attempts: number;
  /** Time on the line */
  talkSeconds: number;
  /** Millionths of a dollar */
  costMicros: number;
  /** Another arm was found to be better */
  beaten: boolean;
}

export interface ArmWish {
  /** What people call it */
  name: string;
  /** The provider's id of the assistant */
  assistantId: string;
  /** Its share of the people, beside those of the others */
  weight?: number;
}

export interface Attempt {
  /** Counts from 1 */
  attempt: number;
  /** answered, voicemail, ivr, no_answer, busy, declined, screened_or_spam, invalid_number, carrier_failed, capacity, provider_error, billing, config, canceled or not_placed */
  outcome: string;
  /** Put off so often for this reason without using an attempt; the last time is shown */
  times?: number;
  /** The provider's own word */
  endedReason: string;
  /** The account by which it went */
  provider?: string;
  /** The provider's id of this dial */
  providerCallId?: string;
  /** When it was decided */
  dialedAt: string;
  /** When it was answered */
  startedAt?: string;
  /** When it ended */
  endedAt: string;
  /** Of the call: a redrive begins the next; left out: 1 */
  round?: number;
  /** Millionths of a dollar */
  costMicros?: number;
  /** What it was decided by */
  evidence?: Evidence;
}

export interface AuditEntry {
  /** When */
  at: string;
  /** Who: the subject of the credential */
  actor: string;
  /** What was done */
  action: string;
  /** To what; left out: to the workspace */
  subject?: string;
  /** Why, in words, or what was set; with pii:read */
  detail?: string;
  /** Of this entry and the one before it (docs/running.md), in hexadecimal; left out: from before entries were hashed */
  hash?: string;
}

export interface AuditPage {
  /** Newest first */
  entries: AuditEntry[];
  /** ?cursor of the next page; absent on the last */
  nextCursor?: string;
}

export interface Backoff {
  /** How waits grow */
  kind: BackoffKind;
  /** The first wait */
  delaySeconds?: number;
  /** Of a list */
  delaysSeconds?: number[];
  /** Of a list and an exponential backoff; left out: 1 and 2 */
  factor?: number;
  /** No wait is longer */
  maxDelaySeconds?: number;
  /** Each wait is shorter by up to so much, so that calls do not come back together */
  jitterPercent?: number;
}

/** list: delaysSeconds, one after the other; past the end each factor times longer; fixed: delaySeconds each time; linear: delaySeconds, then twice as long, three times …; exponential: delaySeconds, each factor times as long as the one before */
export type BackoffKind = "list" | "fixed" | "linear" | "exponential";

export interface BatchLead {
  /** As it was named */
  leadId: string;
  /** Of its item, where it was added */
  id?: string;
  /** When that may go */
  scheduledAt?: string;
  /** Why not: contact_not_found, already_queued */
  reason?: string;
}

export interface BatchScheduled {
  /** Were added */
  scheduled: number;
  /** Were not */
  failed: number;
  /** In so many batches */
  batches: number;
  /** In the order of leadIds */
  results: BatchLead[];
}

export interface BestTime {
  /** So many of each day's lawful hours, on the callee's clock */
  hoursPerDay?: number;
  /** So long after the job's start any lawful hour will do */
  patienceHours?: number;
}

export interface BestTimeView {
  /** The callee's clock */
  timezone: string;
  /** From when on */
  after: string;
  /** The allowed hour of the next seven days in which most people are expected to answer; left out: none is allowed */
  optimal?: OptimalCallTime;
  /** Allowed hours of the next seven days in which least is dialled: the lowest quarter */
  lowTraffic: LowTrafficPeriod[];
  /** What is counted: a job's calls of a day when its next day begins or it ends */
  learntFrom: LearntFrom;
  /** The 168 hours of a week, from Sunday 00:00 */
  hours: HourOfWeek[];
}

export interface BlackoutPeriod {
  /** From here on */
  start: string;
  /** Not included; after start */
  end: string;
  /** In words */
  reason?: string;
}

/** closed: It takes calls; open: Nothing is dialled through it until nextProbeAt; half_open: One call is being tried */
export type BreakerState = "closed" | "open" | "half_open";

/** week: From Monday */
export type BucketSize = "hour" | "day" | "week";

export interface BulkDone {
  /** That stand so that the action can be done to them */
  count: number;
  /** To so many it was; left out by dryRun */
  done?: number;
  /** Each of them, where some were refused */
  results?: BulkResult[];
  /** What does it to so many: GET /api/tasks/{id} */
  taskId?: string;
}

export interface BulkResult {
  /** As it was named, or is */
  id: string;
  /** It was done */
  ok: boolean;
  /** Why it was not */
  code?: string;
  /** For a person */
  detail?: string;
}

export interface BusinessHours {
  /** 0 is Sunday, 6 Saturday; at least one; duplicates are harmless */
  daysOfWeek?: number[];
  /** HH:mm, 00:00 to 23:59 */
  startTime?: string;
  /** HH:mm, not included; 24:00 is the end of the day; before startTime: past midnight */
  endTime?: string;
  /** IANA name; holidays and priorities are read on this clock too */
  timezone?: string;
  /** Another word for startTime */
  start?: string;
  /** Another word for endTime */
  end?: string;
  /** Instead of daysOfWeek: Mon, Tue … or Monday, Tuesday … */
  activeDays?: string[];
  /** Another place for the settings' priorityHours */
  priorityHours?: number[];
}

export interface CalendarSettings {
  /** When calls may be placed; left out: at any hour */
  businessHours?: BusinessHours;
  /** When none may; in any order, may overlap */
  blackoutPeriods?: BlackoutPeriod[];
  /** Local dates, YYYY-MM-DD: closed, with all of a window that starts on one */
  holidays?: string[];
  /** Where several cover an instant, the best counts */
  priorityWindows?: PriorityWindow[];
  /** 1 to 5: the priority where no window is; left out: 3 */
  defaultPriority?: number;
  /** Local hours, 0 to 23, that level high prefers and low avoids */
  priorityHours?: number[];
}

export interface Call {
  /** call_… */
  id: string;
  /** job_… */
  jobId: string;
  /** E.164 */
  phoneNumber: string;
  /** ct_…: whose number it is */
  contactId?: string;
  /** Given name */
  firstName?: string;
  /** Family name */
  lastName?: string;
  /** IANA name, when one was given */
  timezone?: string;
  /** What the assistant is told */
  metadata?: Record<string, unknown>;
  /** Of its job's experiment */
  arm?: string;
  /** pending, scheduled, retry_scheduled, paused, dialing, ringing, in_progress, completed, failed, canceled, expired, blocked or held */
  status: string;
  /** What refused a blocked call: do_not_call */
  blockedBy?: string;
  /** Of the last attempt that ended */
  outcome?: string;
  /** Grows when a call that had ended is called again */
  round: number;
  /** Attempts of this round that count */
  attemptsUsed: number;
  /** It waits at least until then */
  notBefore?: string;
  /** When it was added */
  createdAt: string;
  /** When it came to its end */
  endedAt?: string;
  /** Those that have ended, oldest first */
  attempts: Attempt[];
  /** What it asks for itself, in place of what its job says */
  own?: CallTerms;
  /** What was done with it by hand, oldest first; the last twenty */
  events?: CallEvent[];
}

/** cancel: Taken out; live ones too with hangUp; callNow: Dialled this moment, where they may be; reschedule: They wait until at; callback: Called at that time, before everything else; redrive: Not reached: the next round */
export type CallAction = "cancel" | "callNow" | "reschedule" | "callback" | "redrive";

export interface CallBulk {
  /** What is done to each */
  action: CallAction;
  /** call_…; these alone */
  ids?: string[];
  /** Instead of ids: those that it finds */
  query?: CallBulkQuery;
  /** Of reschedule and callback */
  at?: string;
  /** Of cancel: live ones too */
  hangUp?: boolean;
  /** Why; kept in the audit log */
  note?: string;
  /** Only count them */
  dryRun?: boolean;
  /** The count, as dryRun told it: needed to cancel or redrive more than one by a query */
  confirm?: number;
}

export interface CallBulkQuery {
  /** Calls of this job */
  jobId: string;
  /** Where they stand; left out: redrive failed, any other waiting */
  status?: CallFilter[];
  /** Only those whose last attempt ended so */
  outcome?: Outcome[];
}

export interface CallChange {
  /** 1 is highest, 5 lowest */
  priority?: number;
  /** The word for it */
  level?: Level;
  /** On the inner scale: higher first */
  rank?: number;
  /** Who calls; empty: the job's */
  assistantId?: string;
  /** The number that calls; empty: the job's */
  phoneNumberId?: string;
  /** Dials in one round, the first included */
  maxAttempts?: number;
  /** The wait after each attempt, whatever its outcome */
  retryAfterSeconds?: number;
  /** A waiting call waits at least until then */
  notBefore?: "now" | string;
  /** Whether the provider is asked to record it */
  recordCall?: boolean;
  /** Takes the place of what it has */
  metadata?: Record<string, unknown>;
  /** Why, for the call's history */
  reason?: string;
}

export interface CallEvent {
  /** When */
  at: string;
  /** priority_updated, rescheduled, callback_scheduled, canceled, redriven or updated */
  action: string;
  /** Of a priority */
  rankBefore?: number;
  /** Of a priority */
  rankAfter?: number;
  /** The time that was set */
  notBefore?: string;
  /** What was updated */
  fields: string[];
  /** Why; with pii:read */
  reason?: string;
  /** In more words; with pii:read */
  note?: string;
}

export interface CallExplanation {
  /** call_… */
  callId: string;
  /** As GET /api/calls/{id} shows it */
  status: string;
  /** Of its job */
  purpose: Purpose;
  /** Whether nothing holds it back */
  dueNow: boolean;
  /** The first instant that every gate allows; left out: none within 400 days, or it does not wait */
  dueAt?: string;
  /** What holds it back, in order */
  reasons: Reason[];
  /** Where its job stands in line, while it waits */
  turn?: Turn;
  /** Where it would ring */
  place: Place;
  /** The provider rings nobody, so the hours of the place do not hold */
  rehearsal: boolean;
  /** Of its job's settings, as they are now */
  jobVersion: number;
  /** What was changed of its job since it was added; the last twenty at most */
  changes: JobEdit[];
}

export type CallFilter = "waiting" | "live" | "completed" | "failed" | "canceled" | "blocked";

export type CallFormat = "csv" | "ndjson";

export interface CallList {
  /** As ?sort and ?direction say */
  calls: Call[];
  /** How many there are */
  total: number;
  /** False: there are more than 10,000, which are not counted further */
  totalIsExact: boolean;
  /** This one */
  page: number;
  /** Of so many calls each */
  pages: number;
}

/** createdAt: As they were added; nextAttemptTime: By when they may go; behind them those that do not wait, as they were added; priority: By rank, their own or that of their jobs */
export type CallOrder = "createdAt" | "nextAttemptTime" | "priority";

export interface CallPage {
  /** In the order in which they were added */
  calls: Call[];
  /** ?cursor of the next page; absent on the last */
  nextCursor?: string;
}

/** waiting: All that wait, in a paused job too; live: All that are dialled or talk; pending: Waits and is due; scheduled: Waits for its time; retry_scheduled: Waits for another attempt; paused: Waits in a paused job */
export type CallStanding = "waiting" | "live" | "completed" | "failed" | "canceled" | "blocked" | "expired" | "held" | "pending" | "scheduled" | "retry_scheduled" | "paused" | "dialing" | "ringing" | "in_progress";

export interface CallTerms {
  /** As it was written: 1 to 5 */
  priority?: number;
  /** As it was written: a word */
  level?: Level;
  /** What the priority comes to: higher first */
  rank?: number;
  /** Who calls */
  assistantId?: string;
  /** The number that calls */
  phoneNumberId?: string;
  /** Dials in one round */
  maxAttempts?: number;
  /** After each attempt */
  retryAfterSeconds?: number;
  /** When a callback was arranged for */
  callbackAt?: string;
  /** Whether it is recorded */
  recordCall?: boolean;
}

export interface CallToSchedule {
  /** Whom to call, in E.164 */
  phoneNumber: string;
  /** The provider's id of the assistant */
  agentId: string;
  /** Whose call it is: the subject of the token */
  userId?: string;
  /** An RFC 3339 time, or a local one of the timezone, without an offset */
  scheduledFor: string;
  /** IANA name; left out: that of the hours */
  timezone?: string;
  /** Move it into the business hours */
  respectBusinessHours?: boolean;
  /** Left out: the defaults */
  businessHours?: ScheduledBusinessHours;
  /** It is the first of a chain */
  recurring?: RecurringSeries;
  /** Handed to the assistant as variables */
  metadata?: Record<string, unknown>;
  /** Among the calls that are due */
  priority?: PriorityWord;
  /** The provider's id of the number that calls; left out: the default, or the one that called for the job made last */
  phoneNumberId?: string;
}

export interface CallbackAsked {
  /** When the person wants to be called */
  at: string;
}

export interface CallingHours {
  /** Whether the calling hours of the place called hold (GET /api/quiet-hours/rules); left out: they do. false takes a reason, the permission compliance:override, and is kept in the audit log */
  law?: boolean;
  /** Why the law is left aside */
  reason?: string;
  /** HH:mm on the callee's clock, where no rule names hours; left out: 08:00 */
  startTime?: string;
  /** HH:mm, not included; left out: 21:00 */
  endTime?: string;
  /** Never outside these hours of the callee's clock, whatever else allows it */
  weekly?: AllowedWeek;
  /** No calls on these dates of the callee's calendar, YYYY-MM-DD */
  holidays?: string[];
  /** No calls on a public holiday of the place called even where the law is not known to speak of it */
  unknownHolidaysClose?: boolean;
}

export interface CallingPolicy {
  /** When calls are allowed */
  weekly: AllowedWeek;
  /** Local dates, YYYY-MM-DD, without calls */
  holidays?: string[];
}

export interface CancelledMessage {
  /** job_… */
  scheduledCallId: string;
  /** cancelled */
  status: ScheduledStatus;
  /** For people */
  message: string;
}

/** number: Every call to the number counts; subject: Calls of jobs with another subject do not count; without one all do */
export type CapPer = "number" | "subject";

export interface CapView {
  /** Calls in the window, which rolls */
  max?: number;
  /** Its length */
  windowHours?: number;
  /** Its length */
  windowDays?: number;
  /** No call for so long after `after` */
  cooldownHours?: number;
  /** No call for so long after `after` */
  cooldownDays?: number;
  /** How long it has to ring at least */
  minRingSeconds?: number;
  /** What the cooldown follows */
  after?: string;
  /** What is counted */
  per?: string;
  /** Counted over all numbers of the caller */
  anyCallerNumber?: boolean;
  /** Holds from the first contact on */
  afterFirstContact?: boolean;
}

export interface CitationView {
  /** What it is */
  ref: string;
  /** Where it was read */
  url: string;
  /** statute, regulator or summary */
  kind: string;
}

export interface Client {
  /** As it was named first */
  id: string;
  /** When that was */
  createdAt: string;
  /** When its configuration was last set */
  updatedAt: string;
  /** Calls at once, of all its jobs */
  maxConcurrent: number;
  /** Of all its jobs, now */
  liveCalls: number;
  /** In its queue */
  totalItems: number;
  /** Wait */
  pendingItems: number;
  /** Were reached */
  completedItems: number;
  /** Were not */
  failedItems: number;
  /** Its queue's job; left out: nothing was added yet */
  jobId?: string;
}

export interface ClientBusinessHours {
  /** HH:mm */
  start?: string;
  /** HH:mm, not included; up to 24:00 */
  end?: string;
  /** Local hours that high keeps to and low keeps out of */
  priorityHours?: number[];
  /** IANA name */
  timezone?: string;
}

export interface ClientItemChange {
  /** Its place and its hours */
  priority?: Level;
  /** Not before then; without an offset it is UTC */
  scheduledAt?: string;
  /** Dials after the first */
  maxRetries?: number;
  /** pending: one that has ended without being reached goes again; cancelled: it is taken back */
  status?: ItemStatus;
  /** Takes the place of what it has */
  metadata?: Record<string, unknown>;
  /** Why, for the history */
  reason?: string;
}

export interface ClientList {
  /** In the order in which they came */
  clients: Client[];
}

export interface ClientQueue {
  /** By when they may go; those that do not wait last */
  items: ClientQueueItem[];
  /** Items there are; exact up to 10,000 */
  total: number;
  /** This one */
  page: number;
  /** So many there are */
  pages: number;
}

export interface ClientQueueConfig {
  /** Calls at once, of all its jobs */
  maxConcurrent?: number;
  /** Minutes before each retry; past the end the last, doubled each time */
  retryDelays?: number[];
  /** When its calls may be placed */
  businessHours?: ClientBusinessHours;
  /** Of hours that name none */
  timezone?: string;
  /** On which days */
  activeDays?: ActiveDay[];
  /** What is added from now on ranks so */
  priorityWeights?: PriorityWeights;
  /** Local dates, YYYY-MM-DD: closed */
  holidays?: string[];
  /** Who calls; left out: the assistant of the job made last */
  assistantId?: string;
  /** From which number; left out: that of the job made last */
  phoneNumberId?: string;
}

export interface ClientQueueItem {
  /** call_… */
  id: string;
  /** Whose queue it stands in */
  clientId: string;
  /** contact_…; null: forgotten since */
  leadId?: string | null;
  /** Its word */
  priority: Level;
  /** Not before then */
  scheduledAt: string;
  /** Retries begun or planned, of this round */
  retryCount: number;
  /** At most so many: dials less the first */
  maxRetries: number;
  /** How it stands */
  status: ItemStatus;
  /** Why it ended so, or how the last attempt did; null: nothing */
  reason?: string | null;
  /** What the assistant is told */
  metadata: Record<string, unknown>;
  /** When it was added */
  createdAt: string;
  /** When anything last happened to it */
  updatedAt: string;
}

export interface ClientQueueStats {
  /** The sum of the five that follow */
  totalItems: number;
  /** Wait, for whatever */
  pendingItems: number;
  /** Are dialled or talk */
  inProgressItems: number;
  /** Were reached */
  completedItems: number;
  /** Were not, or may not be called */
  failedItems: number;
  /** Were taken back */
  cancelledItems: number;
  /** Of those that have not ended */
  itemsByPriority: ItemsByPriority;
  /** Per cent of totalItems that completed, one decimal */
  successRate: string;
  /** Of failedItems, most first */
  failureReasons: FailureCount[];
  /** Attempts that ended in the last sixty minutes */
  throughputPerHour: number;
  /** From its time to the first dial, of the last hundred items; null: none */
  averageWaitSeconds?: number | null;
  /** From the first dial to the end, of the same */
  averageProcessingSeconds?: number | null;
  /** Per cent of the same with more than one dial that completed */
  retrySuccessRate?: string | null;
  /** Per cent of the open hours of the last seven days, times maxConcurrent, that was talked */
  businessHoursUtilization: string;
}

export interface CloneAsked {
  /** What people call it; left out: as the other */
  name?: string;
  /** When it starts; left out: when somebody starts it */
  schedule?: "now" | string;
  /** With everybody of the other job whose call is kept */
  recipients?: boolean;
}

export interface CommandedCall {
  /** call_… */
  callId: string;
  /** job_… */
  jobId: string;
  /** As GET /api/calls/{id} shows it */
  status: string;
  /** Grows when a call that had ended is called again */
  round: number;
  /** The number of its last dial; 0: none yet */
  attempt: number;
  /** It waits at least until then */
  notBefore?: string;
  /** The provider's id of the dial that is live */
  providerCallId?: string;
  /** Of the last attempt that ended */
  outcome?: string;
}

/** low: A vendor's table or a single summary; medium: Two summaries that agree, or a regulator's page; high: The text of the law, or the regulator's own words */
export type Confidence = "low" | "medium" | "high";

/** a: daysOfWeek, startTime, endTime; b: start, end, activeDays, priorityHours; d: start, end, daysOfWeek */
export type ConfigShape = "a" | "b" | "d";

export interface Contact {
  /** ct_… */
  id: string;
  /** The same as an integer */
  seq: number;
  /** E.164, the usual one first */
  phoneNumbers: string[];
  /** Given name */
  firstName?: string;
  /** Family name */
  lastName?: string;
  /** Where they are written to */
  email?: string;
  /** Where they work */
  company?: string;
  /** For people */
  notes?: string;
  /** IANA name, when one was given */
  timezone?: string;
  /** Anything else */
  metadata?: Record<string, unknown>;
  /** What they wish */
  preferences: ContactPreferences;
  /** One of the numbers is on the do-not-call list */
  doNotCall: boolean;
  /** When they were first heard of */
  createdAt: string;
  /** When this last changed */
  updatedAt: string;
}

export interface ContactList {
  /** As the rows of a file */
  contacts: ContactRow[];
  /** Country of numbers without a country code (ISO 3166); left out: US */
  defaultRegion?: string;
}

export interface ContactMerge {
  /** The contact that goes: ct_…, or its sequence number */
  from: string;
}

export interface ContactPage {
  /** Newest first */
  contacts: Contact[];
  /** How many there are, or were found; at most 10,000 */
  total: number;
  /** False: there are more */
  totalIsExact: boolean;
  /** ?cursor of the next page; absent on the last */
  nextCursor?: string;
}

export interface ContactPreferences {
  /** They want the calls that recur; do-not-call is the list's to say */
  callEnabled: boolean;
  /** HH:mm on their clock; empty: any */
  callTime?: string;
}

export interface ContactRow {
  /** Whose it is, or will be */
  phoneNumber: string;
  /** Given name */
  firstName?: string;
  /** Family name */
  lastName?: string;
  /** Their IANA time zone */
  timezone?: string;
  /** Anything else; each key is changed alone */
  metadata?: Record<string, unknown>;
  /** Where they are written to */
  email?: string;
  /** Where they work */
  company?: string;
  /** For people */
  notes?: string;
  /** They want the calls that recur */
  callEnabled?: boolean;
  /** HH:mm on their clock */
  callTime?: string;
}

export interface ContactWish {
  /** Theirs alone, the usual one first */
  phoneNumbers?: string[];
  /** Given name */
  firstName?: string;
  /** Family name */
  lastName?: string;
  /** Where they are written to */
  email?: string;
  /** Where they work */
  company?: string;
  /** For people */
  notes?: string;
  /** Their IANA time zone */
  timezone?: string;
  /** Anything else; replaced as a whole */
  metadata?: Record<string, unknown>;
  /** What they wish; each by itself */
  preferences?: PreferencesWish;
  /** Country of numbers without a country code (ISO 3166); left out: US */
  defaultRegion?: string;
}

export interface ConvertedTime {
  /** As asked */
  zone: string;
  /** The instant. Of a local time in a gap the one by the offset before the jump, of one in a fold the first */
  utc: string;
  /** What the clock reads at that instant */
  local: string;
  /** Added to UTC gives local */
  offsetSeconds: number;
  /** How the clock reads the local time that was asked for */
  kind: LocalKind;
  /** Fold: the first reading. Gap: by the offset after the jump */
  earlier: string;
  /** Fold: the second reading. Gap: by the offset before the jump */
  later: string;
}

export interface CostBucket {
  /** Its first instant */
  begin: string;
  /** Millionths of a dollar */
  costMicros: number;
}

/** USD: What the provider reports prices in */
export type Currency = "USD";

export interface DailyCallAsked {
  /** The instant that is asked about */
  now: string;
  /** The person's; IANA name */
  timezone: string;
  /** HH:mm or HH:mm:ss on their clock */
  callTime: string;
  /** How far from the time a call is still due, both ends included */
  windowSeconds?: number;
  /** Whether they want it at all */
  callEnabled?: boolean;
  /** Calls of the last days */
  calls?: PastCall[];
}

export interface DailyCallVerdict {
  /** Whether to call now */
  due: boolean;
  /** Why not: disabled, outside_window or already_called */
  reason?: string;
  /** The local date of the target in reach */
  serviceDate?: string;
  /** The target in reach */
  target?: string;
  /** The first after now, whatever the calls */
  nextTarget: string;
}

export interface DailyCallsFailure {
  /** false */
  success: boolean;
  /** For people */
  error: string;
}

export interface DailyCallsSettings {
  /** Whether daily calls are made */
  enabled?: boolean;
  /** The provider's id; left out: CALLKARO_AGENT_ID */
  assistantId?: string;
  /** The provider's id of the number that calls; left out: that of the job made last */
  phoneNumberId?: string;
  /** Dials a day, the first included */
  maxAttempts?: number;
  /** At once; left out: QUEUE_CONCURRENCY, or 5 */
  concurrency?: number;
  /** A call that is later than this is not made that day */
  windowMinutes?: number;
}

export interface DailyCallsView {
  /** Whether daily calls are made */
  enabled: boolean;
  /** The assistant that calls */
  assistantId?: string;
  /** The number that calls */
  phoneNumberId?: string;
  /** Dials a day, the first included */
  maxAttempts: number;
  /** At once */
  concurrency: number;
  /** Later than this none is made */
  windowMinutes: number;
  /** The job whose calls they are */
  jobId?: string;
  /** When the next is due; absent while off */
  nextAt?: string;
  /** Daily calls put in so far */
  called: number;
  /** Days whose window passed while nothing ran */
  missed: number;
  /** Days left out: the call before was open, or the job took none */
  skipped: number;
}

export interface DailyQueue {
  /** daily-calls */
  name: string;
  /** Whether daily calls can go out */
  health: QueueHealth;
  /** Calls that are live */
  active: number;
  /** Calls that wait, for a retry as well */
  waiting: number;
  /** People whose last daily call reached nobody */
  failed: number;
  /** People whose last daily call reached them */
  completed: number;
  /** When people are looked at, as the document says; calls go out at their times */
  crons: QueueCron[];
}

export interface DailyQueueStatus {
  /** true */
  success: boolean;
  /** How it stands */
  queue: DailyQueue;
}

export interface DailyTriggered {
  /** true */
  success: boolean;
  /** For people */
  message: string;
  /** People whose daily call was put in */
  scheduled: number;
  /** People whose last call is still open */
  skipped: number;
}

export interface DayBudget {
  /** Of the provider's prices */
  currency?: Currency;
  /** Millionths of the currency that all calls of a day may cost */
  perDayMicros: number;
  /** What a live call may cost at most: so much is held for it until its price is known */
  reserveMicros?: number;
  /** Where a day begins at midnight, for jobs' budgets too; left out: UTC */
  timezone?: string;
}

export interface DefaultsInForce {
  /** IANA name */
  timezone: string;
  /** HH:MM */
  businessHoursStart: string;
  /** HH:MM */
  businessHoursEnd: string;
  /** 0 is Sunday */
  daysOfWeek: number[];
  /** The number that calls, while one is known without being named */
  phoneNumberId?: string;
  /** Dials, the first included */
  retryAttempts: number;
  /** Before the second; doubled each time */
  retryBackoffMs: number;
}

export type Direction = "asc" | "desc";

export interface Evidence {
  /** Of its job's settings, as it went out */
  jobVersion?: number;
  /** Where it rang: ISO 3166; 001 for none */
  country: string;
  /** Parts of it with a law of their own */
  subdivisions: string[];
  /** The clocks that had to allow it */
  zones: string[];
  /** On that clock, where it is one alone */
  localTime?: string;
  /** The day of the rules that held; left out: they were left aside, or nobody was rung */
  rulesOf?: string;
  /** The account by which it went */
  provider?: string;
  /** Whose caps on calls to the number counted it: rules of GET /api/quiet-hours/rules, and workspace */
  caps: string[];
}

/** undecided: No arm is known to be better yet; decided: One arm is better than the others; no_difference: The plan is over, and several arms are as good as each other */
export type ExperimentStand = "undecided" | "decided" | "no_difference";

export interface ExperimentView {
  /** Whether an arm is better */
  status: ExperimentStand;
  /** The name of the arm that is better */
  best?: string;
  /** For a person */
  detail: string;
  /** So many people reached by two arms together are the plan's length */
  decideWithin: number;
  /** In the order in which they were given */
  arms: Arm[];
}

export interface ExperimentWish {
  /** Who calls instead of assistantId; each person always the same */
  arms: ArmWish[];
  /** How long the plan is, in people reached by two arms together: shorter finds large differences sooner, longer finds small ones */
  decideWithin?: number;
}

export interface Failure {
  /** VALIDATION_ERROR, INVALID_TIMEZONE … */
  code: string;
  /** For people */
  message: string;
  /** What was wrong, place by place */
  details?: FailureDetail[];
}

export interface FailureCount {
  /** How the last attempt ended, or expired, blocked */
  reason: string;
  /** Items that failed so */
  count: number;
}

export interface FailureDetail {
  /** Which: businessHours.start */
  field: string;
  /** A stable word */
  code: string;
  /** For people */
  message: string;
}

export interface FrequencyCap {
  /** Calls to one number in any window of the length that follows */
  max?: number;
  /** Length of the window */
  hours?: number;
  /** Length of the window, instead of hours */
  days?: number;
  /** At least so long between two calls to a number */
  gapMinutes?: number;
  /** No call to a number for so long after … */
  coolOffDays?: number;
  /** … this; left out: a refusal */
  after?: Met;
  /** What is counted */
  per?: CapPer;
}

/** unknown: No source was found */
export type HolidayCalls = "allowed" | "unknown" | "forbidden";

export interface HourCount {
  /** Of the day, 0 to 23, in the time zone */
  hour: number;
  /** Attempts that ended in it */
  count: number;
  /** Of those, by a person */
  answered?: number;
}

export interface HourOfWeek {
  /** 0 is Sunday, on the callee's calendar */
  day: number;
  /** 0 to 23, on the callee's clock */
  hour: number;
  /** Dials that rang, in the whole workspace */
  dials: number;
  /** Those that a person answered */
  answers: number;
  /** Expected by all that is known; 300 before the first dial */
  answersPerThousand: number;
}

export interface Import {
  /** imp_… */
  id: string;
  /** job_…; left out: onto the do-not-call list, or contacts */
  jobId?: string;
  /** Where it stands */
  status: ImportState;
  /** Rows read */
  rows: number;
  /** Taken into the job, onto the list, or as contacts */
  accepted: number;
  /** Rows that were not taken */
  rejected: number;
  /** Rows whose number was there before; of contacts: that say nothing new */
  duplicates: number;
  /** The first hundred rows not taken, and why */
  rejects: RejectedRow[];
  /** Where all of them are */
  rejectsUrl: string;
  /** Why it was refused */
  detail?: string;
}

/** receiving: Rows are still arriving; sealed: Complete; refused: Taken back as a whole */
export type ImportState = "receiving" | "sealed" | "refused";

export interface Index {
  /** callgate */
  name: string;
  /** Of callgate */
  version: string;
  /** The description of all routes */
  openapi: string;
  /** The same as a page */
  docs: string;
  /** Live events */
  events: string;
  /** The published APIs that are served */
  surfaces: Surface[];
}

export interface Invitation {
  /** inv_… */
  id: string;
  /** What they will be able to do */
  role: string;
  /** Of who is invited */
  name?: string;
  /** The subject of who invited them */
  invitedBy: string;
  /** When */
  createdAt: string;
  /** From then on it is worth nothing */
  expiresAt: string;
  /** For POST /api/members/invitations/accept; told once, when it is made */
  token?: string;
  /** Whoever opens it first is the member; told once, when it is made */
  link?: string;
}

export interface InvitationList {
  /** Newest first */
  invitations: Invitation[];
}

export interface InvitationToken {
  /** Of the invitation */
  token: string;
}

/** pending: Waits for its turn, or in a paused queue; scheduled: Waits for its time; in_progress: Is dialled or talks; completed: Was reached; failed: Was not, or may not be called; cancelled: Was taken back; retry_scheduled: Waits for another attempt; in-progress: in_progress; canceled: cancelled */
export type ItemStatus = "pending" | "scheduled" | "in_progress" | "completed" | "failed" | "cancelled" | "retry_scheduled" | "in-progress" | "canceled";

export interface ItemsByPriority {
  /** Wait or are live */
  urgent: number;
  /** Wait or are live */
  high: number;
  /** Wait or are live */
  normal: number;
  /** Wait or are live */
  low: number;
}

export interface Job {
  /** job_… */
  id: string;
  /** What people call it */
  name: string;
  /** Where it stands */
  status: JobStatus;
  /** Where it stands, in the second vocabulary */
  phase: JobPhase;
  /** Ended calls in percent, rounded down */
  progress: number;
  /** People to call */
  totalCalls: number;
  /** Reached */
  completedCalls: number;
  /** Not reached in all their attempts, or blocked */
  failedCalls: number;
  /** Of those: not called, for the number is on the do-not-call list */
  blockedCalls: number;
  /** Taken back */
  canceledCalls: number;
  /** Not ended yet */
  openCalls: number;
  /** Of those that have ended: not kept any more (GET /api/retention); absent: none */
  removedCalls?: number;
  /** Being dialled or talking now */
  liveCalls?: number;
  /** The first hundred; all of them are at /api/jobs/{id}/calls */
  phoneNumbers?: string[];
  /** The first hundred that failed */
  failedNumbers?: string[];
  /** The provider's id of the assistant */
  assistantId: string;
  /** The provider's id of the number that calls */
  phoneNumberId: string;
  /** When it starts or was to start */
  schedule?: string;
  /** 1 is highest, 5 lowest */
  priority: number;
  /** The word for it, where one was named */
  level?: Level;
  /** What either comes to; higher goes first */
  rank: number;
  /** Dials of a turn beside jobs of the same rank */
  weight: number;
  /** Its place in the order of those of its rank, byte by byte, smaller first */
  orderKey: string;
  /** What its calls are for */
  purpose: Purpose;
  /** Whether it keeps to the hours at which people answer */
  bestTime?: BestTime;
  /** Whose it is, when it is a client's */
  clientId?: string;
  /** For people */
  notes?: string;
  /** Dials per person, the first included */
  maxAttempts: number;
  /** Wait between two dials of one person, when one is set */
  retryDelaySeconds?: number;
  /** When somebody is called again, by rules of its own */
  retry?: Retry;
  /** Calls at once, when set for this job */
  concurrency?: number;
  /** How fast its calls start, when set for this job */
  rate?: JobRate;
  /** What its calls may cost, when set */
  budget?: JobBudget;
  /** What its calls are about, when said */
  subject?: string;
  /** Provider accounts that may place its calls, when named */
  providers?: string[];
  /** Dials that have ended */
  attempts: number;
  /** Time on the line, all calls together */
  talkSeconds: number;
  /** Cost so far in millionths of a dollar */
  costMicros: number;
  /** When it was made */
  createdAt: string;
  /** When it was started */
  startedAt?: string;
  /** When its last call ended */
  finishedAt?: string;
  /** When an attempt last ended */
  lastProcessedAt?: string;
  /** Why it paused or failed by itself */
  errorMessage?: string;
  /** The last ten errors of its calls, the newest last; only when one job is asked for */
  errorMessages?: JobErrorMessage[];
  /** Which news of it are wanted, and where */
  notifications?: JobNotifications;
  /** Of its settings: each change makes the next */
  version: number;
  /** The last twenty of them, oldest first */
  changes?: JobEdit[];
  /** How its list of recipients was taken */
  import?: Import;
}

/** reprioritise: With priority or level */
export type JobAction = "start" | "pause" | "resume" | "cancel" | "delete" | "reprioritise";

export interface JobBudget {
  /** Of the provider's prices */
  currency?: Currency;
  /** Millionths of the currency that all calls of the job may cost */
  totalMicros?: number;
  /** The same for one day */
  perDayMicros?: number;
  /** What a live call may cost at most: so much is held for it until its price is known */
  reserveMicros?: number;
}

export interface JobBulk {
  /** What is done to each */
  action: JobAction;
  /** job_…; these alone */
  ids?: string[];
  /** Instead of ids: those that it finds */
  query?: JobBulkQuery;
  /** Of reprioritise: 1 is highest, 5 lowest */
  priority?: number;
  /** Of reprioritise, instead of priority */
  level?: Level;
  /** Why; kept in the audit log */
  note?: string;
  /** Only count them */
  dryRun?: boolean;
  /** The count, as dryRun told it: needed to cancel or delete more than one by a query */
  confirm?: number;
}

export interface JobBulkQuery {
  /** Where they stand; left out: wherever the action can be done */
  status?: JobStage[];
}

export interface JobChange {
  /** What people call the job */
  name?: string;
  /** For people */
  notes?: string;
  /** When it starts, before it has started */
  schedule?: "now" | string;
  /** What the calls are for, before it has started */
  purpose?: Purpose;
  /** 1 is highest, 5 lowest; the level goes */
  priority?: number;
  /** Instead of priority */
  level?: Level;
  /** Dials of a turn beside jobs of the same rank */
  weight?: number;
  /** Keep to these hours; 24 a day: any lawful hour */
  bestTime?: BestTime;
  /** Who calls from now on */
  assistantId?: string;
  /** The number that calls from now on */
  phoneNumberId?: string;
  /** Dials per person; whoever has had as many is not called again in this round */
  maxAttempts?: number;
  /** Wait between two dials, instead of retry's */
  retryDelaySeconds?: number;
  /** Instead of all rules before and retryDelaySeconds; {}: none of its own */
  retry?: Retry;
  /** Calls at once */
  concurrency?: number;
  /** How fast its calls start */
  rate?: JobRate;
  /** What its calls may cost */
  budget?: JobBudget;
  /** What its calls are about */
  subject?: string;
  /** Provider accounts that may place its calls from now on, first choice first; []: all, in their order */
  providers?: string[];
  /** Instead of all that were wanted */
  notifications?: JobNotifications;
}

export interface JobEdit {
  /** The one that it made */
  version: number;
  /** When */
  at: string;
  /** The subject of the credential */
  by: string;
  /** What was changed, as PATCH names it */
  fields: string[];
}

export interface JobErrorMessage {
  /** Of the attempts */
  outcome: string;
  /** The provider's own word, or ours */
  message: string;
  /** How often since firstAt */
  times: number;
  /** When it first came */
  firstAt: string;
  /** When it last did */
  lastAt: string;
}

export interface JobExplanation {
  /** job_… */
  jobId: string;
  /** Where it stands */
  status: JobStatus;
  /** What its calls are for */
  purpose: Purpose;
  /** What holds all of its calls back */
  reasons: Reason[];
  /** Where it stands in line, while it runs */
  turn?: Turn;
  /** Its waiting calls by place; the first hundred */
  lanes: Lane[];
  /** The provider rings nobody, so the hours of the places do not hold */
  rehearsal: boolean;
}

export interface JobLimits {
  /** Calls at once; left out: the workspace's limit per job */
  concurrency?: number;
  /** Left out: the workspace's rate per job */
  rate?: JobRate;
  /** What its calls may cost */
  budget?: JobBudget;
  /** What its calls are about, for caps on calls about one subject */
  subject?: string;
}

export interface JobMetrics {
  /** Of a thousand calls that were attempted to their end, completed or failed: so many completed; absent: there is none */
  successRate?: number;
  /** Of a thousand people of the job: so many were reached */
  completionRate?: number;
  /** Milliseconds on the line, of attempts with any; absent: none */
  avgCallDuration?: number;
  /** The busiest first; those with none are absent */
  peakHours: HourCount[];
  /** Millionths of a dollar: totalCost by the calls of successRate; absent: none */
  costPerCall?: number;
  /** Of the calls that have failed: how their last attempt ended */
  failureReasons: OutcomeCounts;
  /** How its attempts ended */
  outcomes: OutcomeCounts;
  /** Millionths of a dollar */
  totalCost: number;
  /** Milliseconds from its start to its end; absent: it has not ended */
  completionTime?: number;
  /** Whose hours are told */
  timezone: string;
}

export interface JobMove {
  /** The job that is moved */
  id: string;
  /** The job that it is put before */
  before?: string;
  /** Or the one that it is put after */
  after?: string;
}

export interface JobNotifications {
  /** Where they are told, by name */
  channels?: string[];
  /** Which */
  triggers?: NotificationTriggers;
}

export interface JobPage {
  /** As ?sort says */
  jobs: Job[];
  /** How many there are */
  total: number;
  /** ?cursor of the next page; absent on the last */
  nextCursor?: string;
}

/** importing: Recipients are still arriving; scheduled: Waits for its start; in_progress: Running or paused; completed: Every call has ended; failed: An error ended the job; canceled: Stopped for good by a person */
export type JobPhase = "importing" | "scheduled" | "in_progress" | "completed" | "failed" | "canceled";

export interface JobRate {
  /** Calls started in any second */
  perSecond?: number;
  /** Calls started in any minute */
  perMinute?: number;
}

/** newest: The newest first; order: Those that have not ended, by rank and the places given by hand; name: By name; progress: The furthest first */
export type JobSort = "newest" | "order" | "name" | "progress";

/** importing: Recipients are still arriving; pending: Not started; running: Calls are being placed; paused: No new calls until it is resumed; completed: Every call has ended; canceled: Stopped for good */
export type JobStage = "importing" | "pending" | "running" | "paused" | "completed" | "canceled";

/** pending: Created, not started; running: Calls are being placed; paused: No new calls until it is resumed; completed: Every call has ended; failed: An error ended the job; canceled: Stopped for good by a person */
export type JobStatus = "pending" | "running" | "paused" | "completed" | "failed" | "canceled";

export interface Keep {
  /** For so many days after their end */
  days?: number;
  /** Only so many, the last that ended so */
  count?: number;
}

export interface KeepScheduledJobs {
  /** Those that came to their end by themselves */
  completed?: Keep;
  /** Those that a person ended */
  canceled?: Keep;
}

export interface KeptCalls {
  /** Reached */
  completed: number;
  /** Failed for good */
  failed: number;
  /** Taken back */
  canceled: number;
  /** Their window passed */
  expired: number;
  /** Refused by a rule */
  blocked: number;
}

export interface Lane {
  /** Where its people are */
  place: Place;
  /** Calls that wait */
  waiting: number;
  /** Whether no gate holds the first of them back */
  dueNow: boolean;
  /** When every gate allows the first of them */
  dueAt?: string;
  /** What holds it back until then, in order */
  reasons: Reason[];
}

export interface LearntFrom {
  /** All calls */
  workspace: AnswerCount;
  /** Those by the assistant asked about */
  assistant: AnswerCount;
  /** Those of the job asked about, where it has a bestTime */
  job: AnswerCount;
}

/** urgent: The first instant that is allowed; high: A priority hour if there is one; normal: The first instant that is allowed; low: Outside the priority hours if possible */
export type Level = "urgent" | "high" | "normal" | "low";

export interface LimitNote {
  /** Where in the document */
  pointer: string;
  /** above_workspace, never_reached */
  code: string;
  /** For a person */
  detail: string;
}

export interface Limits {
  /** All calls of the workspace */
  workspace?: ScopeLimits;
  /** All calls of each provider account that is not in providers */
  provider?: ProviderLimits;
  /** All calls of one provider account, by its name */
  providers?: AccountLimits[];
  /** Every job that has no such limit of its own */
  job?: ScopeLimits;
  /** By assistantId, over all jobs */
  agents?: NamedLimit[];
  /** By phoneNumberId, over all jobs */
  callerIds?: NamedLimit[];
  /** How often one number is called, over all jobs; those of the law of the place hold besides */
  caps?: FrequencyCap[];
  /** What the calls of a day may cost */
  budget?: DayBudget;
}

export interface LimitsUse {
  /** Now */
  liveCalls: number;
  /** Counted while provider.perDay is set */
  providerCallsToday: number;
  /** Counted while a budget is set */
  spentTodayMicros: number;
  /** Held for live calls and for prices that are still to come */
  reservedMicros: number;
}

export interface LimitsView {
  /** What is set; what is left out is not limited */
  limits: Limits;
  /** What makes no sense beside the rest */
  notes: LimitNote[];
  /** How much of it is used now */
  use: LimitsUse;
  /** What the first provider account takes; left out: there is none */
  provider?: ProviderHealth;
  /** What each takes, in their order */
  providers: ProviderHealth[];
}

/** unique: The clock reads it once; gap: The clock skips it; fold: The clock reads it twice */
export type LocalKind = "unique" | "gap" | "fold";

export interface LowTrafficPeriod {
  /** When it begins */
  from: string;
  /** When it ends */
  until: string;
  /** So many dials rang in these hours of the week so far, in the whole workspace */
  dials: number;
}

export interface Member {
  /** As their tokens have it (sub), or member:inv_… */
  subject: string;
  /** What they may do */
  role: string;
  /** For people */
  name?: string;
  /** When they got this role */
  since: string;
  /** The subject of who gave it */
  addedBy: string;
}

export interface MemberList {
  /** By subject */
  members: Member[];
}

export interface MemberSettings {
  /** What they may do */
  role: Role;
  /** For people; left out: as it was */
  name?: string;
}

/** dial: A call to it, answered or not; conversation: Somebody talked; refusal: The call was declined; machine: A voicemail or an answering machine */
export type Met = "dial" | "conversation" | "refusal" | "machine";

export interface MoreRecipients {
  /** Whom to call, numbers alone */
  phoneNumbers?: string[];
  /** Whom to call */
  recipients?: NewRecipient[];
  /** Country of numbers without a country code (ISO 3166); left out: US */
  defaultRegion?: string;
}

export interface NamedLimit {
  /** The provider's id, as jobs name it */
  id: string;
  /** Calls at once, all jobs together */
  concurrency: number;
}

export interface NewApiKey {
  /** What it is for */
  name: string;
  /** What it may do; either this or scopes */
  role?: Role;
  /** Permissions, or "resource:*"; either these or role */
  scopes?: string[];
  /** From then on it is refused; left out: never */
  expiresAt?: string;
}

export interface NewClientItem {
  /** As in the path, where it is said */
  clientId?: string;
  /** Whom to call: a contact's id or number */
  leadId: string;
  /** Its place and its hours */
  priority?: Level;
  /** Not before then; without an offset it is UTC */
  scheduledAt?: string;
  /** Dials after the first; left out: 3 */
  maxRetries?: number;
  /** What the assistant is told */
  metadata?: Record<string, unknown>;
}

export interface NewInvitation {
  /** What they will be able to do */
  role: Role;
  /** Of who is invited, for people */
  name?: string;
  /** How long it can be accepted */
  expiresInHours?: number;
}

export interface NewJob {
  /** What people call the job */
  name: string;
  /** When it starts; left out: when somebody starts it */
  schedule?: "now" | string;
  /** The provider's id of the assistant */
  assistantId: string;
  /** The provider's id of the number that calls */
  phoneNumberId: string;
  /** Whom to call, numbers alone */
  phoneNumbers?: string[];
  /** Whom to call */
  recipients?: NewRecipient[];
  /** 1 is highest, 5 lowest; left out: that of the priority window in which it starts */
  priority?: number;
  /** Instead of priority: high keeps to the calendar's priorityHours, low to the hours outside them, where the day has any */
  level?: Level;
  /** Its share beside jobs of the same priority: dials before it is the next one's turn */
  weight?: number;
  /** What the calls are for: which rules of the place called hold */
  purpose?: Purpose;
  /** Keep to the hours at which people answer; left out: any lawful hour */
  bestTime?: BestTime;
  /** Split its people between assistants and see who reaches more */
  experiment?: ExperimentWish;
  /** For people */
  notes?: string;
  /** Dials per person, the first included */
  maxAttempts?: number;
  /** Wait between two dials of one person; left out: by outcome, in minutes */
  retryDelaySeconds?: number;
  /** Rules of its own for when somebody is called again */
  retry?: Retry;
  /** Calls at once; left out: the workspace's limit per job */
  concurrency?: number;
  /** How fast its calls start; left out: the workspace's limits */
  rate?: JobRate;
  /** What its calls may cost */
  budget?: JobBudget;
  /** What the calls are about, for caps on calls about one subject; left out: they count for every subject */
  subject?: string;
  /** Provider accounts that may place its calls, by name, first choice first; left out: all, in their order */
  providers?: string[];
  /** Which news of it are wanted, and where */
  notifications?: JobNotifications;
  /** Whose it is: its hours and its limit hold as well */
  clientId?: string;
  /** Country of numbers without a country code (ISO 3166); left out: US */
  defaultRegion?: string;
}

export interface NewProvider {
  /** What speaks with it; left out: vapi */
  type?: ProviderType;
  /** Which account is asked first: the lower; left out: as it was, and a new one is last */
  order?: number;
  /** While it is full (calls at once, rate, day) its calls go to the next account; left out: as it was, and for a new one they wait */
  overflow?: boolean;
  /** Its own ids of the assistants and numbers that jobs name; left out: as they were, {}: none */
  ids?: ProviderIds;
  /** Where the provider's API is; left out: https://api.vapi.ai */
  baseUrl?: string;
  /** The private key; left out: the one that is stored stays */
  apiKey?: string;
  /** Where the provider reaches this server; left out: results are polled only */
  publicUrl?: string;
  /** Signs the provider's reports (HMAC-SHA-256); left out: the stored one stays */
  webhookSecret?: string;
  /** The provider's id of the credential with that secret */
  webhookCredentialId?: string;
  /** A dial whose answer was lost is believed absent after this and two looks; under 60 only for simulators */
  lookupGraceSeconds?: number;
  /** A call that reports nothing is asked about after this */
  pollAfterSeconds?: number;
  /** It is a simulator and rings nobody, so calls go out whatever the law says of the hour; left out: true where baseUrl is on this very machine */
  rehearsal?: boolean;
}

export interface NewQueueItem {
  /** Whom to call */
  contactId: number;
  /** For which campaign */
  campaignId: string;
  /** Higher goes first; left out: the campaign's */
  priority?: number;
  /** Not before then; without an offset it is UTC */
  nextAttemptTime?: string;
  /** Who calls; left out: the campaign's assistant */
  agentId?: string;
  /** Minutes between attempts */
  retryAfter?: number;
  /** Dials in one round */
  maxAttempts?: number;
  /** What the assistant is told */
  metadata?: Record<string, unknown>;
}

export interface NewQueueItems {
  /** For which campaign */
  campaignId: string;
  /** Whom to call */
  contacts: number[];
  /** Higher goes first; left out: the campaign's */
  priority?: number;
  /** The first not before then; without an offset it is UTC */
  startTime?: string;
  /** Seconds from each to the next */
  spacing?: number;
  /** Who calls; left out: the campaign's assistant */
  agentId?: string;
  /** Minutes between attempts */
  retryAfter?: number;
  /** Dials in one round */
  maxAttempts?: number;
  /** What the assistant is told */
  metadata?: Record<string, unknown>;
}

export interface NewRecipient {
  /** Whom to call */
  phoneNumber: string;
  /** Given name */
  firstName?: string;
  /** Family name */
  lastName?: string;
  /** The person's IANA time zone */
  timezone?: string;
  /** Anything the assistant should know; handed to it as variables */
  metadata?: Record<string, unknown>;
  /** Instead of the job's */
  priority?: number;
  /** Instead of the job's */
  level?: Level;
  /** Instead of the job's, on the inner scale */
  rank?: number;
  /** Who calls, instead of the job's */
  assistantId?: string;
  /** The number that calls, instead of the job's */
  phoneNumberId?: string;
  /** Instead of the job's */
  maxAttempts?: number;
  /** The wait after each attempt, whatever its outcome */
  retryAfterSeconds?: number;
  /** It waits at least until then */
  notBefore?: "now" | string;
}

export interface NewSchedule {
  /** What people call it */
  name: string;
  /** IANA name; may be left out where DTSTART has a TZID */
  timezone?: string;
  /** The first occurrence of a series; where an RRULE begins that has no DTSTART */
  start?: string;
  /** Every n days, weeks or months */
  series?: RecurringSeries;
  /** RFC 5545: an RRULE, with or without DTSTART, RDATE and EXDATE lines */
  rrule?: string;
  /** Five fields, or @daily and its like */
  cron?: string;
  /** On a holiday, in a blackout or on a day of the week without business hours */
  onClosedDay?: OnClosedDay;
  /** While the job before still runs */
  overlap?: Overlap;
  /** After a standstill, how far back occurrences are made up for */
  catchUpSeconds?: number;
  /** What each occurrence makes, as in POST /api/jobs; without schedule, at most 1,000 recipients */
  job: NewJob;
}

export interface NewSuppression {
  /** Whom not to call */
  phoneNumber: string;
  /** Why, for people */
  reason?: string;
  /** Where the wish was heard; left out: api */
  source?: string;
  /** From then on it may be called again; left out: never */
  expiresAt?: string;
  /** Country of a number without a country code (ISO 3166); left out: US */
  defaultRegion?: string;
}

export interface NewView {
  /** What people call it */
  name: string;
  /** Which list */
  of: ViewOf;
  /** What the list is asked for, by the names of its parameters; lists as JSON lists; without cursor and page */
  query: Record<string, unknown>;
  /** For everybody in the workspace */
  shared?: boolean;
}

export interface NextAsked {
  /** It is the answer itself when it is allowed */
  after: string;
  /** How far to look, at least 1 */
  horizonDays?: number;
  /** The settings to go by; left out: the workspace's own */
  config?: CalendarSettings;
  /** 1 to 5: only instants whose priority is this or better */
  maxPriority?: number;
  /** What to prefer */
  level?: Level;
}

export interface NextSlot {
  /** The earliest instant that is allowed */
  time: string;
  /** In force at that time */
  priority: number;
  /** Whether the level's preference was met */
  preferred?: boolean;
}

export interface NotificationTriggers {
  /** It starts */
  jobStart?: boolean;
  /** It has ended */
  jobCompletion?: boolean;
  /** Something goes wrong */
  failureAlerts?: boolean;
  /** It gets on */
  progressUpdates?: boolean;
}

export interface NumberAsked {
  /** As it was written */
  number: string;
  /** ISO 3166 code: where a number without a country code belongs */
  defaultRegion?: string;
}

export interface NumberView {
  /** Whether it is E.164 as it stands */
  syntax: boolean;
  /** Whether its country uses such a number */
  valid: boolean;
  /** Why it is not: syntax, unknown_country_code, too_short, too_long, invalid_length or not_assigned; the rest is then left out */
  reason?: string;
  /** How it is dialled */
  e164?: string;
  /** ISO 3166 code; 001 for none */
  region?: string;
  /** Of the country */
  callingCode?: number;
  /** fixed_line, mobile, fixed_line_or_mobile, toll_free, premium_rate, shared_cost, voip, personal_number, pager, uan or voicemail */
  type?: string;
  /** Where it may ring, by name; of a number that is tied to no place every zone of its calling code */
  zones?: string[];
  /** Whose calling hours hold; only when one number is asked for */
  place?: PlaceOfNumber;
}

/** next: Its job waits for the next opening; skip: The occurrence is skipped */
export type OnClosedDay = "next" | "skip";

/** reconcile: Looked up twice over the grace, then dialled again; uses no attempt; fail: Looked up as well, but not dialled again: the call has failed; retry: Dialled again after one look; may ring twice */
export type OnUnknown = "reconcile" | "fail" | "retry";

export interface OptimalCallTime {
  /** When that hour allows a call first */
  from: string;
  /** When it ends */
  until: string;
  /** Of a thousand dials then, so many are expected to be answered */
  answersPerThousand: number;
  /** For a person */
  detail: string;
}

export interface OtherTime {
  /** Whose call it is */
  userId?: string;
  /** As when it was scheduled */
  scheduledFor: string;
}

/** answered: Reached; voicemail: A machine answered; ivr: A telephone menu answered; no_answer: It rang; busy: The line was busy; declined: The person declined it; screened_or_spam: Kept away as spam; invalid_number: Nobody has this number; carrier_failed: The carrier failed; capacity: A limit was reached; put off; provider_error: The provider failed; billing: Unpaid; the job pauses; config: Wrongly set up; the job pauses; canceled: Taken back at the provider; not_placed: Never dialled; put off */
export type Outcome = "answered" | "voicemail" | "ivr" | "no_answer" | "busy" | "declined" | "screened_or_spam" | "invalid_number" | "carrier_failed" | "capacity" | "provider_error" | "billing" | "config" | "canceled" | "not_placed";

export interface OutcomeCounts {
  /** A person did */
  answered?: number;
  /** A machine did */
  voicemail?: number;
  /** A menu did */
  ivr?: number;
  /** It rang */
  no_answer?: number;
  /** Engaged */
  busy?: number;
  /** Refused by hand */
  declined?: number;
  /** Held for spam */
  screened_or_spam?: number;
  /** Nobody has the number */
  invalid_number?: number;
  /** The network */
  carrier_failed?: number;
  /** A limit of the provider; uses no attempt */
  capacity?: number;
  /** The provider */
  provider_error?: number;
  /** The account */
  billing?: number;
  /** Its settings */
  config?: number;
  /** Hung up by us */
  canceled?: number;
  /** Nothing was sent; uses no attempt */
  not_placed?: number;
  /** Of calls: the number is on the list */
  do_not_call?: number;
  /** Of calls: their window passed */
  expired?: number;
}

/** skip: The occurrence is skipped; buffer_one: One occurrence waits until the job has ended; allow: Both run */
export type Overlap = "skip" | "buffer_one" | "allow";

export interface OwnerOfCall {
  /** Whose call it is */
  userId?: string;
}

export interface PastCall {
  /** When it was placed */
  at: string;
  /** queued, ringing, in_progress and completed are the day's call; anything else reached nobody */
  status: string;
}

export interface PauseNote {
  /** Why, for people */
  note?: string;
}

export interface Place {
  /** ISO 3166; 001 for none */
  country: string;
  /** Parts of it with a law of their own where the number may be */
  subdivisions: string[];
  /** Every one of these clocks has to allow the call */
  zones: string[];
  /** Of GET /api/quiet-hours/rules: those that hold for this purpose */
  rules: string[];
}

export interface PlaceOfNumber {
  /** ISO 3166 code; 001 for none */
  country: string;
  /** The state, where the area code of a US number is in one */
  subdivision?: string;
  /** Whose clocks all have to allow a call: those of the number, in North America those of its whole area code */
  zones: string[];
  /** Every rule of the place, for whatever purpose, by its id in /api/quiet-hours/rules */
  rules: string[];
}

export interface PreferencesWish {
  /** They want the calls that recur; do-not-call is the list's to say */
  callEnabled?: boolean;
  /** HH:mm on their clock; empty: any */
  callTime?: string;
}

export interface PreviewAsked {
  /** IANA name; may be left out where DTSTART has a TZID */
  timezone?: string;
  /** The first occurrence of a series; where an RRULE begins that has no DTSTART */
  start?: string;
  /** Only occurrences after it; left out: from the first. A cron expression needs it */
  after?: string;
  /** How many */
  limit?: number;
  /** Every n days, weeks or months */
  series?: RecurringSeries;
  /** RFC 5545: an RRULE, with or without DTSTART, RDATE and EXDATE lines */
  rrule?: string;
  /** Five fields, or @daily and its like */
  cron?: string;
}

export interface PreviewedOccurrence {
  /** When */
  at: string;
  /** What the clock reads then */
  local: string;
  /** Added to UTC gives local */
  offsetSeconds: number;
  /** Of a series: its number, from 0 */
  index?: number;
  /** gap: the clock skips the time asked for; fold: it reads it twice, second: this is the second time; clamped: the month lacks the day, its last one instead; skipped: moved as SKIP says */
  notes: string[];
  /** The notes as a sentence */
  explanation?: string;
}

export interface PriorityInForce {
  /** The instant asked about */
  at: string;
  /** 1, the highest, to 5 */
  priority: number;
}

export interface PriorityWeights {
  /** Higher goes first */
  urgent?: number;
  /** Higher goes first */
  high?: number;
  /** Higher goes first */
  normal?: number;
  /** Higher goes first */
  low?: number;
}

export interface PriorityWindow {
  /** HH:mm, every day */
  startTime: string;
  /** HH:mm, not included */
  endTime: string;
  /** 1, the highest, to 5 */
  priority: number;
}

/** high: Before the others; medium: In between; low: After the others */
export type PriorityWord = "high" | "medium" | "low";

/** Why a request was refused (RFC 9457) */
export interface Problem {
  /** Names the kind of problem: "/problems/<code>" */
  type: string;
  /** The status in words */
  title: string;
  /** The HTTP status */
  status: number;
  /** A stable word for the problem */
  code: string;
  /** A sentence for people */
  detail: string;
  /** How many it is about */
  count?: number;
  /** Every place that is wrong */
  issues?: ProblemIssue[];
}

export interface ProblemIssue {
  /** JSON pointer (RFC 6901) into the body, or "?name" for a query parameter */
  pointer: string;
  /** A stable word for the kind of issue */
  code: string;
  /** A sentence for people */
  detail: string;
}

export interface Provider {
  /** Of the account */
  name: string;
  /** What speaks with it */
  type: ProviderType;
  /** Which account is asked first: the lower */
  order: number;
  /** Whether its calls go to the next account while it is full */
  overflow: boolean;
  /** Its own ids of what jobs name, where it has any */
  ids?: ProviderIds;
  /** Where its API is */
  baseUrl: string;
  /** Whether there is a key */
  apiKeySet: boolean;
  /** Whether reports are signed */
  webhookSecretSet: boolean;
  /** Where it reports to */
  webhookUrl?: string;
  /** The provider's id of the signing credential */
  webhookCredentialId?: string;
  /** A lost dial is believed absent after this */
  lookupGraceSeconds: number;
  /** A silent call is asked about after this */
  pollAfterSeconds: number;
  /** It rings nobody: the law on calling hours is left aside */
  rehearsal: boolean;
}

export interface ProviderBreaker {
  /** After so many dials in a row that it did not take, nothing is dialled … */
  failures?: number;
  /** … for so long; then one call is tried, and each wait is twice as long */
  waitSeconds?: number;
  /** No wait is longer */
  waitSecondsMax?: number;
}

export interface ProviderCheck {
  /** Whether the provider answered */
  reached: boolean;
  /** Whether it took the key */
  keyAccepted: boolean;
  /** What that means */
  detail: string;
}

export interface ProviderHealth {
  /** As GET /api/providers has it */
  name: string;
  /** Through it, now */
  liveCalls?: number;
  /** Of its day, counted while its perDay is set */
  callsToday?: number;
  /** Calls at once that it is given now … */
  concurrency: number;
  /** … and at most, by the settings */
  ceiling: number;
  /** When it last refused a call for want of room; left out: never */
  refusedAt?: string;
  /** Whether it takes calls */
  state: BreakerState;
  /** Dials in a row that it did not take */
  failures: number;
  /** Why it did not take the last */
  lastFailure?: string;
  /** Since when nothing is dialled */
  openedAt?: string;
  /** When the next call is tried */
  nextProbeAt?: string;
}

export interface ProviderIds {
  /** By the assistantId of jobs */
  assistants?: Record<string, string>;
  /** By the phoneNumberId of jobs */
  phoneNumbers?: Record<string, string>;
}

export interface ProviderLimits {
  /** Calls at once, at most */
  concurrency?: number;
  /** Calls started in any second */
  perSecond?: number;
  /** Calls started in any minute */
  perMinute?: number;
  /** Calls started in one day of the provider's */
  perDay?: number;
  /** Where the provider's day begins at midnight; left out: UTC */
  timezone?: string;
  /** When nothing is dialled for a while; left out: the usual */
  breaker?: ProviderBreaker;
  /** Calls at once fall by half when the account refuses one for want of room, and grow again; left out: false */
  adaptive?: boolean;
}

export interface ProviderList {
  /** Those configured */
  providers: Provider[];
}

/** vapi: Vapi, or what speaks as it does */
export type ProviderType = "vapi";

/** marketing: To sell or to advertise; transactional: About something under way; debt: To collect what is owed; research: Surveys and polls */
export type Purpose = "marketing" | "transactional" | "debt" | "research";

export interface QueueBoard {
  /** true */
  success: boolean;
  /** The queues */
  queues: QueueBoardQueue[];
}

export interface QueueBoardCounts {
  /** Are due */
  waiting: number;
  /** Are live */
  active: number;
  /** Reached */
  completed: number;
  /** Not reached */
  failed: number;
  /** Wait for a time; of the first thousand */
  delayed: number;
  /** Wait for a pause to end */
  paused: number;
}

export interface QueueBoardJob {
  /** call_… */
  id: string;
  /** process-user-call */
  name: string;
  /** waiting, active, completed, failed or delayed */
  state: string;
  /** Masked for who may not see people */
  phoneNumber: string;
  /** Dials of all days */
  attemptsMade: number;
  /** When it was first put in */
  timestamp: string;
  /** When it ended */
  finishedOn?: string;
  /** How its last dial ended */
  failedReason?: string;
}

export interface QueueBoardQueue {
  /** daily-calls */
  name: string;
  /** The workspace or the queue's job is paused */
  isPaused: boolean;
  /** Calls by state */
  counts: QueueBoardCounts;
  /** At most ten of each state, in the order they came */
  jobs: QueueBoardJob[];
}

export interface QueueBulkAnswer {
  /** True */
  success: boolean;
  /** How many were added */
  message: string;
  /** So many */
  addedCount: number;
  /** So many were not */
  failedCount: number;
  /** queue_… of each that was added */
  queueIds: string[];
  /** Which were not, and why; left out: none */
  failed?: QueueNotAdded[];
}

export interface QueueCall {
  /** The provider's id; null: not known yet */
  callSid?: string | null;
  /** initiated */
  status: string;
  /** The number that calls */
  from: string;
  /** The number that is called */
  to: string;
}

export interface QueueCallAnswer {
  /** True */
  success: boolean;
  /** What was done */
  message: string;
  /** As it is now */
  queueItem: QueueItem;
  /** The dial */
  call: QueueCall;
}

export interface QueueCallNow {
  /** Who calls from now on */
  agentId?: string;
  /** Of the item from now on */
  priority?: number;
  /** Of the item from now on */
  override?: QueueOverride;
}

export interface QueueCallback {
  /** When the person wants to be called; without an offset it is UTC */
  callbackTime: string;
  /** Of the item from now on */
  priority?: number;
  /** For the history */
  notes?: string;
}

export interface QueueCampaign {
  /** job_… */
  id: string;
  /** What people call it */
  name: string;
}

export interface QueueCampaignCounts {
  /** job_… */
  campaignId: string;
  /** What people call it */
  name: string;
  /** The sum of the others */
  total: number;
  /** Wait */
  pending: number;
  /** Are dialled or talk */
  inProgress: number;
  /** Were reached */
  completed: number;
  /** Were not, or may not be */
  failed: number;
  /** Were taken back; left out: none */
  canceled?: number;
}

export interface QueueCancel {
  /** Why */
  reason?: string;
  /** In more words */
  notes?: string;
}

export interface QueueChange {
  /** Higher goes first */
  priority?: number;
  /** Not before then; without an offset it is UTC */
  nextAttemptTime?: string;
  /** pending: one that has ended goes again; canceled: one that waits is taken back */
  status?: QueueWord;
  /** Takes the place of what it has */
  metadata?: Record<string, unknown>;
  /** Who calls */
  agentId?: string;
  /** Minutes between attempts */
  retryAfter?: number;
  /** Dials in one round */
  maxAttempts?: number;
  /** Why, for the history */
  reason?: string;
}

export interface QueueContact {
  /** Of the contact, with one item alone */
  id?: number;
  /** Given name */
  firstName?: string | null;
  /** Family name */
  lastName?: string | null;
  /** E.164 */
  phoneNumber: string;
  /** With one item alone */
  email?: string | null;
}

export interface QueueCounts {
  /** Are due */
  waiting: number;
  /** Are being called */
  active: number;
  /** Reached, and kept */
  completed: number;
  /** Not reached, and kept */
  failed: number;
  /** Wait for a time, their first or the next */
  delayed: number;
  /** Wait for a person: a pause, or a start */
  paused: number;
  /** The sum of these */
  total: number;
}

export interface QueueCron {
  /** schedule-calls */
  name: string;
  /** Every five minutes */
  cron: string;
  /** Milliseconds since 1970: the next multiple of five minutes */
  next: number;
}

export interface QueueDeleted {
  /** True */
  success: boolean;
  /** What was done */
  message: string;
}

/** healthy: Daily calls go out at their times, or are off; degraded: They wait: the workspace or their job is paused; unhealthy: None can be made: no provider is configured, or their job was canceled or removed */
export type QueueHealth = "healthy" | "degraded" | "unhealthy";

export interface QueueHistoryEntry {
  /** When */
  timestamp: string;
  /** created, attempted, priority_updated, rescheduled, callback_scheduled, canceled, redriven or updated */
  action: string;
  /** In words */
  details: string;
  /** Why, where somebody said */
  reason?: string;
  /** In more words */
  notes?: string;
}

export interface QueueItem {
  /** Its number in the workspace */
  id: number;
  /** queue_… */
  queueId: string;
  /** Of the person; null: forgotten since */
  contactId?: number | null;
  /** job_… */
  campaignId: string;
  /** Higher goes first */
  priority: number;
  /** pending, in-progress, completed, failed or canceled */
  status: string;
  /** Dials so far */
  attemptCount: number;
  /** Not before then; null: none is planned */
  nextAttemptTime?: string | null;
  /** When it was last dialled */
  lastAttemptTime?: string | null;
  /** How that ended */
  lastAttemptResult?: string | null;
  /** The provider's id of the dial that is live */
  callSid?: string | null;
  /** The assistant that calls */
  agentId?: string | null;
  /** Whether a callback was arranged */
  callbackRequested: boolean;
  /** For when */
  callbackTime?: string | null;
  /** Minutes between attempts; null: by their outcome */
  retryAfter?: number | null;
  /** Dials in one round */
  maxAttempts: number;
  /** What the assistant is told */
  metadata?: Record<string, unknown> | null;
  /** When it was added */
  createdAt: string;
  /** When anything last happened to it */
  updatedAt: string;
  /** Who is called */
  contact: QueueContact;
  /** With one item alone */
  campaign?: QueueCampaign;
}

export interface QueueItemAnswer {
  /** True */
  success: boolean;
  /** What was done */
  message?: string;
  /** As it is now */
  queueItem: QueueItem;
  /** What happened to it, oldest first */
  history?: QueueHistoryEntry[];
}

export interface QueueMistake {
  /** JSON pointer into the body, or ?parameter */
  field: string;
  /** What is wrong with it */
  code: string;
  /** The same in words */
  message: string;
}

export interface QueueNotAdded {
  /** As it was named */
  contactId: number;
  /** contact_not_found or already_queued */
  reason: string;
}

export interface QueueOverride {
  /** The number that calls, as the provider account knows it */
  callerIdNumber?: string;
  /** Whether the provider is asked to record it */
  recordCall?: boolean;
}

export interface QueuePage {
  /** True */
  success: boolean;
  /** Items on this page */
  count: number;
  /** Items there are; exact up to 10,000 */
  total: number;
  /** This one */
  page: number;
  /** So many there are */
  pages: number;
  /** As ?sortBy and ?sortDir say */
  queueItems: QueueItem[];
}

export interface QueueProcessed {
  /** Items that were due and lawful */
  processed: number;
  /** Of those: being dialled now */
  successful: number;
  /** Of those: ended by a rule before they were */
  failed: number;
}

export interface QueueRefusal {
  /** False */
  success: boolean;
  /** What is wrong, in words */
  message: string;
  /** The same as a code that stays */
  error: string;
  /** Each mistake with its place, where there is one */
  errors?: QueueMistake[];
}

export interface QueueStatus {
  /** The sum of those by status */
  totalItems: number;
  /** Wait */
  pendingItems: number;
  /** Are dialled or talk */
  inProgressItems: number;
  /** Were reached */
  completedItems: number;
  /** Were not, or may not be */
  failedItems: number;
  /** Were taken back; left out: none */
  canceledItems?: number;
  /** Of those that wait: for a callback */
  callbackItems: number;
  /** By campaign, as they were made */
  campaignCounts: QueueCampaignCounts[];
  /** When the first of those that wait may go; null: none may */
  nextScheduledCall?: string | null;
  /** Attempts that ended in the last hour, per hour */
  currentRate: number;
}

export interface QueueStatusAnswer {
  /** True */
  success: boolean;
  /** As things stand */
  queueStatus: QueueStatus;
}

/** pending: Waits, for whatever; in-progress: Is dialled or talks; in_progress: The same; completed: Was reached; failed: Was not, or may not be; canceled: Was taken back; cancelled: The same */
export type QueueWord = "pending" | "in-progress" | "in_progress" | "completed" | "failed" | "canceled" | "cancelled";

export interface QuietAsked {
  /** When a call would be placed */
  at: string;
  /** IANA names: where the number may be; every clock has to allow the call */
  zones: string[];
  /** What is allowed, on the local clocks */
  policy: CallingPolicy;
  /** How far to look, at least 1; ten years are looked at */
  horizonDays?: number;
}

export interface QuietRuleView {
  /** Its name */
  id: string;
  /** ISO 3166 code */
  country: string;
  /** The part of the country; left out for the whole of it */
  subdivision?: string;
  /** What the law speaks of, in words */
  scope: string;
  /** Which calls that is */
  purposes: Purpose[];
  /** When calls are allowed, on the clock of the person called; left out where no hours were found in law */
  weekly?: AllowedWeek;
  /** Whether public holidays are open */
  holidayCalls: HolidayCalls;
  /** How many calls, how often */
  caps: CapView[];
  /** In force from that date */
  since?: string;
  /** How sure the row is */
  confidence: Confidence;
  /** What the row cannot say */
  notes: string;
  /** Its sources */
  citations: CitationView[];
}

export interface QuietRulesView {
  /** When the sources were last looked at */
  checked: string;
  /** A call has to heed every one that may apply. This is not legal advice. */
  rules: QuietRuleView[];
}

export interface QuietVerdict {
  /** Whether every clock allows the call */
  allowed: boolean;
  /** Those that do not, in the order given */
  blockedZones: string[];
  /** The first instant that is allowed; left out when there is none */
  nextAllowed?: string;
}

export interface RateLimits {
  /** Calls at once in the workspace */
  global?: number;
  /** Calls at once in one job */
  perJob?: number;
}

export interface Reason {
  /** job_not_started, job_importing, job_paused, job_canceled, no_provider, not_before, blackout, holiday, day_not_allowed, outside_hours, rule_hours, default_hours, policy_hours, callee_holiday, closed_day, unknown_place, no_common_hour, best_time, level_hours, workspace_limit, provider_limit, provider_unavailable, job_limit, agent_limit, caller_id_limit, workspace_rate, provider_rate, job_rate, provider_day_limit, workspace_budget, job_budget, number_cap, number_busy, do_not_call, workspace_paused */
  code: string;
  /** For a person */
  detail: string;
  /** Since when it holds, as far as it delays the call */
  from?: string;
  /** When it ends; left out: not known */
  until?: string;
  /** Whose clock says so */
  zone?: string;
  /** Of GET /api/quiet-hours/rules */
  rule?: string;
  /** The provider account that binds */
  provider?: string;
}

export interface RecurrencePreview {
  /** The clock it goes by */
  timezone: string;
  /** In their order */
  occurrences: PreviewedOccurrence[];
  /** Whether it ends with the last one listed */
  complete: boolean;
}

export interface RecurringSeries {
  /** daily, weekly or monthly */
  frequency: string;
  /** Every so many, 1 to 3650 */
  interval?: number;
  /** How many in all, the first included; at least 1 */
  maxOccurrences?: number;
  /** The last local date, or the last instant (RFC 3339); included */
  endDate?: string;
}

export interface RedriveAsked {
  /** Which ends; left out: failed */
  states?: RedriveState[];
  /** Only those whose last attempt ended so; left out: whatever it was */
  outcomes?: Outcome[];
  /** Only count them */
  dryRun?: boolean;
}

/** failed: Not reached in all their attempts; blocked: Refused by a rule; canceled: Taken back; expired: Their time passed undialled */
export type RedriveState = "failed" | "blocked" | "canceled" | "expired";

export interface Redriven {
  /** Calls that ended so */
  matched: number;
  /** Of those: wait again, by now */
  redriven: number;
  /** What goes on with the others */
  taskId?: string;
}

export interface RejectPage {
  /** By row */
  rejects: RejectedRow[];
  /** ?cursor of the next page */
  nextCursor?: number;
}

export interface RejectedRow {
  /** 1 is the first row after the header, or the first item */
  row: number;
  /** phone_missing, phone_invalid, timezone_unknown, row_invalid or duplicate */
  code: string;
  /** The column or member at fault */
  field?: string;
  /** What is wrong with it */
  detail: string;
  /** The text that was given, cut at 100 bytes; with pii:read */
  value?: string;
}

export interface RemovedByRetention {
  /** Ever */
  calls: number;
  /** Ever */
  jobs: number;
  /** When anything was removed for the last time … */
  lastAt?: string;
  /** … so many calls */
  lastCalls?: number;
  /** … and jobs */
  lastJobs?: number;
}

export type ReportFormat = "csv" | "json";

export interface RescheduleAsked {
  /** From then on it may go out, as hours and limits allow */
  notBefore: "now" | string;
}

export interface Retention {
  /** The rule for what is left out beside it */
  preset?: RetentionPreset;
  /** Calls that reached their person */
  completed?: Keep;
  /** Calls that failed for good */
  failed?: Keep;
  /** Calls that were taken back */
  canceled?: Keep;
  /** Calls whose window passed */
  expired?: Keep;
  /** Calls that a rule refused for good */
  blocked?: Keep;
  /** Jobs that schedules made, with all their calls; left out: these go as any other's */
  scheduledJobs?: KeepScheduledJobs;
}

/** usual: Everything for 30 days; d: Document D's: completed calls for a day and at most 1,000, failed ones for 7 days; e: Document E's: the last 100 completed and 500 failed calls; of jobs that schedules made the last 10 that completed and 50 that were canceled */
export type RetentionPreset = "usual" | "d" | "e";

export interface RetentionView {
  /** What is set, every end of it */
  rule: Retention;
  /** Calls that have ended and are kept */
  kept: KeptCalls;
  /** What went, with this rule and others */
  removed: RemovedByRetention;
  /** Whether something is being removed now */
  removing: boolean;
  /** When something may be old enough; absent: nothing will */
  nextAt?: string;
}

export interface Retry {
  /** Waits instead of each outcome's own */
  backoff?: Backoff;
  /** Other rules for some outcomes */
  outcomes?: RetryOfOutcome[];
  /** When the provider does not know a dial whose answer was lost */
  onUnknown?: OnUnknown;
}

export interface RetryOfOutcome {
  /** After this end of an attempt */
  outcome: Outcome;
  /** At most so many more dials; 0: never again */
  retries?: number;
  /** After these waits */
  backoff?: Backoff;
}

/** owner: Everything, API keys too; admin: Settings, limits, provider accounts, members; operator: Jobs, calls, contacts, lists, schedules; agent: Reads, and works on their own calls; analyst: Reads and exports, numbers masked; viewer: Reads, numbers masked */
export type Role = "owner" | "admin" | "operator" | "agent" | "analyst" | "viewer";

export interface SavedView {
  /** view_… */
  id: string;
  /** What people call it */
  name: string;
  /** Which list */
  of: ViewOf;
  /** What the list is asked for */
  query: Record<string, unknown>;
  /** For everybody in the workspace */
  shared: boolean;
  /** Whether who asks may change it */
  own: boolean;
  /** The subject of the credential */
  savedBy: string;
  /** When it was saved */
  createdAt: string;
  /** When it was last changed */
  updatedAt: string;
}

export interface Schedule {
  /** schedule_… */
  id: string;
  /** What people call it */
  name: string;
  /** Where it stands */
  status: ScheduleState;
  /** Why it is paused */
  note?: string;
  /** The clock it goes by */
  timezone: string;
  /** Of a series or an RRULE */
  start?: string;
  /** Every n days, weeks or months */
  series?: RecurringSeries;
  /** As it was given */
  rrule?: string;
  /** As it was given */
  cron?: string;
  /** What a closed day does */
  onClosedDay: OnClosedDay;
  /** What a job that still runs does */
  overlap: Overlap;
  /** How far back occurrences are made up for */
  catchUpSeconds: number;
  /** People each job calls */
  recipients: number;
  /** The next occurrence */
  nextAt?: string;
  /** The occurrence that made the last job */
  lastAt?: string;
  /** The last job it made */
  lastJobId?: string;
  /** One occurrence waits for that job's end */
  buffered: boolean;
  /** Jobs it has made */
  started: number;
  /** Occurrences that made none */
  skippedOnClosedDays: number;
  /** Occurrences that made none */
  skippedByOverlap: number;
  /** Times when occurrences lay too far back to be made up for */
  missed: number;
  /** When it was made */
  createdAt: string;
}

export interface ScheduleBatch {
  /** As in the path, where it is said */
  clientId?: string;
  /** Whom to call */
  leadIds: string[];
  /** Of all of them */
  priority?: Level;
  /** So many may go at once, the next so many five minutes later, and so on; left out: all at once */
  batchSize?: number;
  /** The first not before then; without an offset it is UTC */
  scheduledAt?: string;
  /** Dials after the first; left out: 3 */
  maxRetries?: number;
}

export interface SchedulePage {
  /** Newest first */
  schedules: Schedule[];
  /** ?cursor of the next page; absent on the last */
  nextCursor?: string;
}

export interface SchedulePreview {
  /** The next ones, in their order */
  occurrences: ScheduledOccurrence[];
  /** Whether it ends with the last one listed */
  complete: boolean;
}

/** active: Goes on; paused: Makes no jobs until it is resumed; completed: Has no further occurrence; deleted: Is gone */
export type ScheduleState = "active" | "paused" | "completed" | "deleted";

export interface ScheduledAgent {
  /** The provider's id of the assistant */
  _id: string;
}

export interface ScheduledBusinessHours {
  /** HH:MM */
  start: string;
  /** HH:MM, up to 24:00 */
  end: string;
  /** IANA name; left out: the call's */
  timezone?: string;
  /** 0 is Sunday; left out: Monday to Friday, or the default */
  daysOfWeek?: number[];
}

export interface ScheduledCall {
  /** job_… */
  _id: string;
  /** call_…, once it was dialled */
  callLogId?: string;
  /** Whom it calls */
  phoneNumber: string;
  /** Who calls */
  agentId: ScheduledAgent;
  /** Whose it is */
  userId: string;
  /** When, moved into the hours */
  scheduledFor: string;
  /** Its clock */
  timezone: string;
  /** Where it stands */
  status: ScheduledStatus;
  /** Whether it is moved into the hours */
  respectBusinessHours: boolean;
  /** Those that came with it */
  businessHours?: ScheduledBusinessHours;
  /** How its chain goes on */
  recurring?: ScheduledRecurrence;
  /** As it was given, with jobId, occurrenceNumber and parentScheduledCallId beside */
  metadata: Record<string, unknown>;
  /** Among the calls that are due */
  priority: PriorityWord;
  /** When it was first dialled */
  processedAt?: string;
  /** When it had failed */
  failedAt?: string;
  /** Why it failed, or what holds it up */
  failureReason?: string;
  /** When the next of its chain is to be */
  nextRun?: string;
  /** When it was scheduled */
  createdAt: string;
  /** When something of it last changed */
  updatedAt: string;
  /** status is pending */
  isPending: boolean;
  /** It is one of a chain */
  isRecurring: boolean;
  /** status is pending */
  canCancel: boolean;
}

export interface ScheduledCallsPage {
  /** In the order of their times */
  scheduledCalls: ScheduledCall[];
  /** On all pages */
  total: number;
  /** This one */
  page: number;
  /** How many there are */
  pages: number;
}

export interface ScheduledMessage {
  /** job_… */
  scheduledCallId: string;
  /** When, moved into the hours */
  scheduledFor: string;
  /** For people */
  message: string;
}

export interface ScheduledOccurrence {
  /** The occurrence */
  at: string;
  /** What its clock reads then */
  local: string;
  /** The calendar is closed on that day */
  closedDay: boolean;
  /** The first instant from then on that the calendar allows; left out: skipped, or none within a year */
  startsAt?: string;
  /** Why it is not simply where the rule puts it */
  explanation?: string;
}

export interface ScheduledRecurrence {
  /** daily, weekly or monthly */
  frequency: string;
  /** Every so many */
  interval: number;
  /** The last date or time */
  endDate?: string;
  /** How many in all */
  maxOccurrences?: number;
  /** This one's number */
  currentOccurrence: number;
}

/** pending: Waits for its time or its turn; processing: Is being called; completed: The call was made; failed: It could not be made; cancelled: Somebody canceled it; canceled: The same */
export type ScheduledStatus = "pending" | "processing" | "completed" | "failed" | "cancelled" | "canceled";

export interface SchedulerConfig {
  /** When calls may be placed; left out: at any hour */
  businessHours?: BusinessHours;
  /** When none may; in any order, may overlap */
  blackoutPeriods?: BlackoutPeriod[];
  /** Dates on the clock of the business hours, YYYY-MM-DD: closed */
  holidays?: string[];
  /** Where several cover an instant, the best counts */
  priorityWindows?: PriorityWindow[];
  /** 1 to 5: the priority where no window is; left out: 3 */
  defaultPriority?: number;
  /** Hours, 0 to 23, that calls of level high prefer and low ones avoid */
  priorityHours?: number[];
  /** When people may be rung, on their own clocks; left out: as the law says */
  callingHours?: CallingHours;
  /** Calls at once; left out: as it was */
  rateLimits?: RateLimits;
  /** So much longer a job waits for its turn before it goes before one of the next higher priority; 0: it never does; left out: 60 */
  ageingMinutes?: number;
  /** What the words for a priority come to; left out: as its members */
  priorityWeights?: PriorityWeights;
}

export interface SchedulerCounts {
  /** Scheduled calls that are kept */
  total: number;
  /** Wait for their time or turn */
  pending: number;
  /** Are being called */
  processing: number;
  /** Were made */
  completed: number;
  /** Could not be made */
  failed: number;
  /** Somebody canceled them */
  cancelled: number;
  /** Pending, and scheduled for later than now */
  upcomingCalls: number;
}

export interface SchedulingDefaults {
  /** How the document is read */
  profile?: SchedulingProfile;
  /** IANA name */
  timezone?: string;
  /** HH:MM */
  businessHoursStart?: string;
  /** HH:MM, up to 24:00 */
  businessHoursEnd?: string;
  /** 0 is Sunday */
  daysOfWeek?: number[];
  /** The provider's id of the number that calls */
  phoneNumberId?: string;
}

export interface SchedulingDefaultsView {
  /** The workspace's own */
  settings: SchedulingDefaults;
  /** What holds for the next request */
  inForce: DefaultsInForce;
}

export interface SchedulingFailure {
  /** false */
  success: boolean;
  /** Why */
  error: Failure;
}

/** canonical: Completed when the call has ended; business hours end before their end; document-d: To the letter: completed once it is dispatched; the very end of the hours is inside */
export type SchedulingProfile = "canonical" | "document-d";

export interface SchedulingStats {
  /** Scheduled calls */
  scheduler: SchedulerCounts;
  /** Every call of the workspace */
  queue: QueueCounts;
}

export interface ScopeLimits {
  /** Calls at once; left out: as it was */
  concurrency?: number;
  /** Calls started in any second */
  perSecond?: number;
  /** Calls started in any minute */
  perMinute?: number;
}

export interface Session {
  /** Whose data this is */
  workspace: string;
  /** Who is signed in */
  subject: string;
  /** As what */
  roles: string[];
  /** What they may do */
  permissions: string[];
  /** ses_…; left out: there is no session */
  sessionId?: string;
  /** For X-CSRF-Token, where a page of another origin changes something with the cookie */
  csrfToken?: string;
}

export interface SessionList {
  /** Newest first */
  sessions: SignedIn[];
}

export interface SignedIn {
  /** ses_… */
  id: string;
  /** Whose */
  subject: string;
  /** What it may do */
  role: string;
  /** When they signed in */
  createdAt: string;
  /** When it ends by itself */
  expiresAt: string;
  /** The one that asks */
  current: boolean;
}

export interface SucceededOfCancelledMessage {
  /** true */
  success: boolean;
  /** What was asked for */
  data: CancelledMessage;
}

export interface SucceededOfScheduledCallsPage {
  /** true */
  success: boolean;
  /** What was asked for */
  data: ScheduledCallsPage;
}

export interface SucceededOfScheduledMessage {
  /** true */
  success: boolean;
  /** What was asked for */
  data: ScheduledMessage;
}

export interface SucceededOfSchedulingStats {
  /** true */
  success: boolean;
  /** What was asked for */
  data: SchedulingStats;
}

export interface Suppression {
  /** sup_… */
  id: string;
  /** E.164 */
  phoneNumber: string;
  /** Why; with pii:read */
  reason?: string;
  /** Where the wish was heard */
  source: string;
  /** The subject of the credential */
  addedBy: string;
  /** When the number came onto the list */
  addedAt: string;
  /** From then on it may be called again */
  expiresAt?: string;
  /** False: it has expired */
  holds: boolean;
}

export interface SuppressionPage {
  /** Newest first */
  suppressions: Suppression[];
  /** ?cursor of the next page; absent on the last */
  nextCursor?: string;
}

export interface Surface {
  /** What it is called here */
  name: string;
  /** Where its routes begin */
  path: string;
  /** What it is for */
  about: string;
}

export interface Task {
  /** task_… */
  id: string;
  /** What it does */
  kind: TaskKind;
  /** Where it stands */
  status: TaskState;
  /** Rows done */
  done: number;
  /** Rows in all, as far as known */
  total: number;
  /** Of those done: it could do nothing to them, as they stood */
  refused?: number;
  /** When it was made */
  createdAt: string;
  /** When it was done */
  finishedAt?: string;
}

/** cancel_calls: Cancels the calls of a job; purge_import: Removes a refused import; redrive_calls: Calls people of a job again; bulk_calls: A command about many calls of a job; bulk_jobs: A command about many jobs; clone_calls: The people of a job into another that was made like it */
export type TaskKind = "cancel_calls" | "purge_import" | "redrive_calls" | "bulk_calls" | "bulk_jobs" | "clone_calls";

export type TaskState = "running" | "done";

export interface Ticket {
  /** For GET /api/events?ticket=…, once */
  ticket: string;
  /** From then on it is worth nothing */
  expiresAt: string;
}

export interface TimeToConvert {
  /** IANA name */
  zone: string;
  /** An instant; it or local, not both */
  utc?: string;
  /** A local time, YYYY-MM-DDTHH:MM:SS, without a suffix */
  local?: string;
}

export interface Turn {
  /** What its priority comes to; higher goes first */
  rank: number;
  /** Dials of a turn */
  weight: number;
  /** Of the present turn */
  dialsLeft: number;
  /** Since when it waits for its turn */
  waitsSince: string;
  /** Whoever comes later than this goes behind it, whatever the priority, but for callbacks; left out: there is no ageing */
  firstFrom?: string;
}

export interface ValidateAsked {
  /** When a call would be placed */
  at: string;
  /** When given, the call must lie after it */
  now?: string;
  /** The settings to go by; left out: the workspace's own */
  config?: CalendarSettings;
}

export interface ValidateVerdict {
  /** Whether nothing speaks against it */
  valid: boolean;
  /** All that apply, in this order: not_in_future, blackout, holiday, day_not_allowed, outside_hours */
  reasons: string[];
  /** In force at that time */
  priority: number;
  /** The periods that hold, by their place in the settings */
  blackouts: number[];
  /** Of the workspace's own settings: document A's word for valid */
  isValid?: boolean;
  /** Of the workspace's own settings: the reasons in one sentence */
  reason?: string;
}

export interface ViewChange {
  /** What people call it */
  name?: string;
  /** Instead of the one before */
  query?: Record<string, unknown>;
  /** For everybody in the workspace */
  shared?: boolean;
}

export interface ViewList {
  /** By name */
  views: SavedView[];
}

/** jobs: GET /api/jobs; calls: GET /api/calls */
export type ViewOf = "jobs" | "calls";

export interface VolumeBucket {
  /** Its first instant */
  begin: string;
  /** The first behind it */
  end: string;
  /** Dials that ended in it */
  attempts: number;
  /** Of those, by a person */
  answered: number;
  /** Calls that ended: reached */
  completedCalls: number;
  /** Not reached in all their attempts */
  failedCalls: number;
  /** Taken back */
  canceledCalls: number;
  /** Their window passed */
  expiredCalls: number;
  /** Refused by a rule */
  blockedCalls: number;
  /** Called again */
  reopenedCalls: number;
  /** Milliseconds on the line */
  talkMs: number;
  /** Millionths of a dollar */
  costMicros: number;
}

export interface Workspace {
  /** As credentials name it */
  name: string;
  /** Nothing new is dialled */
  paused: boolean;
  /** Since when */
  pausedAt?: string;
  /** The subject of the credential */
  pausedBy?: string;
  /** Why */
  note?: string;
  /** Being dialled or talking now */
  liveCalls: number;
}
