// What the blocking scripts of base.html put into the window.
declare const htmx: {
  ajax(
    verb: string,
    path: string,
    context: { target: string; swap: string; select?: string },
  ): Promise<void>;
};
